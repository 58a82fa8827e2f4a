/**
 * Lets one piece of work at a time happen. What a person waits for goes before what is done in the background; else the
 * order of asking counts. Work that throws at once leaves the next its turn.
 */
export class Turns {
  private readonly urgent: (() => Promise<void>)[] = [];
  private readonly others: (() => Promise<void>)[] = [];
  private isBusy = false;

  take<T>(isUrgent: boolean, work: () => T | Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      (isUrgent ? this.urgent : this.others).push(() => Promise.resolve().then(work).then(resolve, reject));
      void this.next();
    });
  }

  private async next(): Promise<void> {
    if (this.isBusy) return;
    this.isBusy = true;
    for (;;) {
      const work = this.urgent.shift() ?? this.others.shift();
      if (!work) break;
      await work();
    }
    this.isBusy = false;
  }
}
