/** Seconds spent on something, over all its interruptions. */
export class Stopwatch {
  private readonly before: number;
  private readonly startedAt = performance.now();

  constructor(before = 0) {
    this.before = before;
  }

  get seconds(): number {
    return this.before + (performance.now() - this.startedAt) / 1000;
  }
}
