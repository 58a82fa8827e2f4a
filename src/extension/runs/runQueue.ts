import type { ComputeApi, RunProgress, RunResult } from '../../protocol/computeApi.ts';
import { TsyndError } from '../../protocol/errors.ts';
import type { ProcessClient } from '../processes/processClient.ts';
import type { RunJob, RunOutcome } from './runStore.ts';

/** A job that has not ended. */
export interface QueueItem {
  readonly key: string;
  readonly job: RunJob;
  readonly state: 'queued' | 'running';
  readonly progress: RunProgress | undefined;
  readonly isStopping: boolean;
}

export interface RunQueueOptions {
  readonly compute: ProcessClient<ComputeApi>;
  /** The folder in which the run of a new dataset gets its own. */
  readonly outFor: (datasetPath: string) => string;
  /** Processor threads of a job on this dataset that does not say; one a processor when undefined. */
  readonly threads: (datasetPath: string) => number | undefined;
  /** Called after each change of `items` that `enqueue` does not make itself. */
  readonly onChanged: () => void;
  /** Called once a job, when it is no longer among `items`. */
  readonly onEnded: (item: QueueItem, outcome: RunOutcome) => void;
}

interface Job extends QueueItem {
  state: 'queued' | 'running';
  progress: RunProgress | undefined;
  isStopping: boolean;
  readonly abort: AbortController;
  /** Resolves when the job has ended. */
  readonly ended: Promise<void>;
  readonly markEnded: () => void;
}

/**
 * Jobs in the order in which they came; one trains at a time. A job that fails, or takes the compute process along, does
 * not stop the ones after it, and is not tried again: that is the person's to say. The queue waits while the compute
 * process is given up, and goes on once a person has started it again.
 */
export class RunQueue {
  private readonly options: RunQueueOptions;
  private readonly jobs: Job[] = [];
  private readonly unsubscribe: () => void;
  private pauses = 0;
  private isClosed = false;

  constructor(options: RunQueueOptions) {
    this.options = options;
    this.unsubscribe = options.compute.onStatusChanged(() => {
      this.startNext();
      this.options.onChanged();
    });
  }

  /** The one that trains, then those that wait, in their order. */
  get items(): readonly QueueItem[] {
    return this.jobs;
  }

  /** Whether jobs wait for a person to start the compute process again. */
  get isHeld(): boolean {
    return this.options.compute.status.health === 'failed' && this.jobs.length > 0;
  }

  /** `key` must be new. The job starts in this very call when nothing is before it. */
  enqueue(key: string, job: RunJob): void {
    let markEnded = (): void => undefined;
    const ended = new Promise<void>((resolve) => (markEnded = resolve));
    const abort = new AbortController();
    this.jobs.push({
      key,
      job,
      state: 'queued',
      progress: undefined,
      isStopping: false,
      abort,
      ended,
      markEnded,
    });
    this.startNext();
  }

  /** Takes a waiting job out, or asks the running one to stop; resolves when it has ended, and at once for no job. */
  async stop(key: string): Promise<void> {
    const job = this.jobs.find((candidate) => candidate.key === key);
    if (!job) return;
    if (job.state === 'queued') {
      this.end(job, { kind: 'removed' });
      return;
    }
    if (!job.isStopping) {
      job.isStopping = true;
      job.abort.abort();
      this.options.onChanged();
    }
    await job.ended;
  }

  /** Starts nothing while `work` goes on, and counts the end of what trains now as its stop. */
  async pauseDuring(work: () => Promise<void>): Promise<void> {
    this.pauses++;
    const running = this.jobs.find(({ state }) => state === 'running');
    if (running) running.isStopping = true;
    this.options.onChanged();
    try {
      await work();
    } finally {
      this.pauses--;
      this.startNext();
      this.options.onChanged();
    }
  }

  /** The window closes: what trains is asked to stop, and nothing starts any more. */
  dispose(): void {
    this.isClosed = true;
    this.unsubscribe();
    for (const { abort } of this.jobs) abort.abort();
  }

  private startNext(): void {
    const next = this.jobs.at(0);
    if (next?.state !== 'queued' || this.isClosed || this.pauses > 0 || this.isHeld) return;
    next.state = 'running';
    void this.run(next);
  }

  private async run(job: Job): Promise<void> {
    try {
      const result = await this.request(job);
      this.end(job, { kind: 'finished', result });
    } catch (error) {
      const failure = error instanceof TsyndError ? error : unexpected(error);
      // The request never reached a process, so that the job has lost nothing but its turn.
      if (failure.code === 'process/unavailable' && this.isHeld && !job.isStopping) {
        job.state = 'queued';
        this.options.onChanged();
        return;
      }
      this.end(job, outcomeOf(failure, job.isStopping));
    }
  }

  private request({ job, abort, ...item }: Job): Promise<RunResult> {
    const { compute, outFor, threads } = this.options;
    const options = {
      signal: abort.signal,
      onProgress: (progress: RunProgress) => this.report(item.key, progress),
    };
    if (job.kind === 'resume') {
      return compute.request('run/resume', { run: job.run, datasetPath: job.datasetPath }, options);
    }
    const { datasetPath, choices, device } = job;
    return compute.request(
      'run/generate',
      {
        datasetPath,
        choices,
        device,
        threads: job.threads ?? threads(datasetPath),
        out: outFor(datasetPath),
      },
      options,
    );
  }

  private report(key: string, progress: RunProgress): void {
    const job = this.jobs.find((candidate) => candidate.key === key && candidate.state === 'running');
    if (!job) return;
    job.progress = progress;
    this.options.onChanged();
  }

  private end(job: Job, outcome: RunOutcome): void {
    this.jobs.splice(this.jobs.indexOf(job), 1);
    this.options.onEnded(job, outcome);
    job.markEnded();
    this.startNext();
    this.options.onChanged();
  }
}

function outcomeOf(error: TsyndError, isStopping: boolean): RunOutcome {
  if (error.code === 'cancelled') return { kind: 'stopped' };
  // Who was asked to stop and is gone has stopped, whatever it went with.
  if (isStopping && error.code.startsWith('process/')) return { kind: 'stopped' };
  return { kind: error.code === 'process/exited' ? 'crashed' : 'failed', error };
}

function unexpected(error: unknown): TsyndError {
  const message = error instanceof Error ? error.message : String(error);
  return new TsyndError('internal', message, { cause: error });
}
