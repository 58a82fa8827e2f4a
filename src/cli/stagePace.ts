import type { JobEvent } from '../jobs/progress.ts';
import { formatDuration } from './formatDuration.ts';

export type ProgressEvent = Extract<JobEvent, { type: 'progress' }>;

/** How fast a stage goes, measured from the first progress that was seen of it. */
export class StagePace {
  readonly stage: ProgressEvent['stage'];
  private readonly firstDone: number;
  private readonly startedAt: number;

  constructor({ stage, done }: ProgressEvent, now: number) {
    this.stage = stage;
    this.firstDone = done;
    this.startedAt = now;
  }

  /** `12.3 steps/s, 1 min 05 s left`; empty while nothing is known. */
  describe({ done, total, unit }: ProgressEvent, now: number): string {
    const seconds = (now - this.startedAt) / 1000;
    if (done <= this.firstDone || seconds <= 0) return '';
    const rate = (done - this.firstDone) / seconds;
    return `${rate.toFixed(rate < 10 ? 1 : 0)} ${unit}/s, ${formatDuration((total - done) / rate)} left`;
  }
}
