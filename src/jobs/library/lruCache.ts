interface Entry<V> {
  readonly value: Promise<V>;
  /** 0 until it is loaded. */
  size: number;
}

/** Values that are costly to load, of which those used last are kept, as many as fit. */
export class LruCache<V> {
  private readonly entries = new Map<string, Entry<V>>();
  private readonly limit: number;
  private readonly sizeOf: (value: V) => number;

  /** `limit` is in the unit of `sizeOf`, by default a number of values. The last value is kept whatever its size. */
  constructor(limit: number, sizeOf: (value: V) => number = () => 1) {
    this.limit = limit;
    this.sizeOf = sizeOf;
  }

  /** The value of a key; loaded once, however many ask at the same time. A failure is not kept. */
  get(key: string, load: () => Promise<V> | V): Promise<V> {
    const known = this.entries.get(key);
    if (known) {
      // Maps keep the order of insertion, so that the one used longest ago stands first.
      this.entries.delete(key);
      this.entries.set(key, known);
      return known.value;
    }
    const entry: Entry<V> = { value: Promise.resolve(load()), size: 0 };
    this.entries.set(key, entry);
    entry.value.then(
      (value) => {
        entry.size = this.sizeOf(value);
        this.makeRoom(entry);
      },
      () => this.forget(key, entry),
    );
    return entry.value;
  }

  /** The value of a key if it is there or being loaded; does not load it. */
  find(key: string): Promise<V> | undefined {
    const known = this.entries.get(key)?.value;
    return known && this.get(key, () => known);
  }

  private makeRoom(newest: Entry<V>): void {
    let total = 0;
    for (const { size } of this.entries.values()) total += size;
    for (const [key, entry] of this.entries) {
      if (total <= this.limit) return;
      if (entry === newest || entry.size === 0) continue;
      this.entries.delete(key);
      total -= entry.size;
    }
  }

  private forget(key: string, entry: Entry<V>): void {
    if (this.entries.get(key) === entry) this.entries.delete(key);
  }
}
