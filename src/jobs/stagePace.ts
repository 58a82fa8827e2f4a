import type { JobEvent } from './progress.ts';

export type ProgressEvent = Extract<JobEvent, { type: 'progress' }>;

export interface Pace {
  /** Steps or samples a second. */
  readonly rate: number;
  /** Until the stage is done. */
  readonly secondsLeft: number;
}

/** How fast a stage goes, measured from the first progress that was seen of it. */
export class StagePace {
  readonly stage: ProgressEvent['stage'];
  private readonly firstDone: number;
  private readonly startedAt: number;

  /** @param now in ms, by the clock that `measure` is given, too */
  constructor({ stage, done }: ProgressEvent, now: number) {
    this.stage = stage;
    this.firstDone = done;
    this.startedAt = now;
  }

  /** Undefined while nothing is known. */
  measure({ done, total }: ProgressEvent, now: number): Pace | undefined {
    const seconds = (now - this.startedAt) / 1000;
    if (done <= this.firstDone || seconds <= 0) return undefined;
    const rate = (done - this.firstDone) / seconds;
    return { rate, secondsLeft: (total - done) / rate };
  }
}
