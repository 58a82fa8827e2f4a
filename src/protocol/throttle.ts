/** Does something at once, and then at most once an interval: what is asked for in between is done at its end, once. */
export class Throttle {
  private readonly action: () => void;
  private readonly intervalMs: number;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private isDue = false;

  constructor(action: () => void, intervalMs: number) {
    this.action = action;
    this.intervalMs = intervalMs;
  }

  request(): void {
    this.isDue = true;
    if (this.timer === undefined) this.flush();
  }

  /** Does now what is due later; starts a new interval. */
  now(): void {
    clearTimeout(this.timer);
    this.isDue = true;
    this.flush();
  }

  /** Drops what is due. */
  dispose(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.isDue = false;
  }

  private flush(): void {
    this.timer = undefined;
    if (!this.isDue) return;
    this.isDue = false;
    this.timer = setTimeout(() => this.flush(), this.intervalMs);
    this.action();
  }
}
