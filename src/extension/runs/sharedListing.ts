/** Reads folders again when asked: all who ask while a listing is under way share the one after it. */
export class SharedListing {
  private readonly list: () => Promise<void>;
  private current: Promise<void> = Promise.resolve();
  private next: Promise<void> | undefined;

  /** @param list must never reject */
  constructor(list: () => Promise<void>) {
    this.list = list;
  }

  again(): Promise<void> {
    this.next ??= this.current.then(() => {
      this.next = undefined;
      this.current = this.list();
      return this.current;
    });
    return this.next;
  }
}
