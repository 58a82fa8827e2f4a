/**
 * Collects the keys that are asked for within an interval, looks them up at once, and remembers what was found, also
 * that there is nothing. A look-up that fails is not remembered.
 */
export class BatchedLookup<V> {
  private readonly lookUp: (keys: readonly string[]) => Promise<ReadonlyMap<string, V>>;
  private readonly intervalMs: number;
  private readonly capacity: number;
  /** Oldest first. */
  private readonly known = new Map<string, Promise<V | undefined>>();
  private batch: Batch<V> | undefined;

  /** Beyond `capacity` keys, those that were asked for first are forgotten. */
  constructor(
    lookUp: (keys: readonly string[]) => Promise<ReadonlyMap<string, V>>,
    { intervalMs, capacity }: { readonly intervalMs: number; readonly capacity: number },
  ) {
    this.lookUp = lookUp;
    this.intervalMs = intervalMs;
    this.capacity = capacity;
  }

  /** What is known of a key; undefined where there is nothing. Rejects with what the look-up throws. */
  get(key: string): Promise<V | undefined> {
    const known = this.known.get(key);
    if (known) return known;
    const { keys, found } = (this.batch ??= this.startBatch());
    keys.push(key);
    const value = found.then((values) => values.get(key));
    this.known.set(key, value);
    this.forgetOldest();
    value.catch(() => {
      if (this.known.get(key) === value) this.known.delete(key);
    });
    return value;
  }

  /** Forgets the keys that `isStale` says. @returns them */
  forget(isStale: (key: string) => boolean): string[] {
    const stale = [...this.known.keys()].filter(isStale);
    for (const key of stale) this.known.delete(key);
    return stale;
  }

  private startBatch(): Batch<V> {
    const keys: string[] = [];
    const found = new Promise<void>((resolve) => setTimeout(resolve, this.intervalMs)).then(() => {
      this.batch = undefined;
      return this.lookUp(keys);
    });
    return { keys, found };
  }

  private forgetOldest(): void {
    for (const key of this.known.keys()) {
      if (this.known.size <= this.capacity) return;
      this.known.delete(key);
    }
  }
}

interface Batch<V> {
  readonly keys: string[];
  readonly found: Promise<ReadonlyMap<string, V>>;
}
