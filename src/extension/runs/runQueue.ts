import type { ComputeApi, RunProgress, RunResult } from '../../protocol/computeApi.ts';
import type { ProcessClient } from '../processes/processClient.ts';
import type { RunJob, RunOutcome } from './runStore.ts';
import { TurnQueue, type Turn } from './turnQueue.ts';

/** A job that has not ended. */
export interface QueueItem extends Turn {
  readonly job: RunJob;
  readonly progress: RunProgress | undefined;
  /** What comes before it, of whatever kind. */
  readonly ahead: number;
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
  /** The queue in which runs stand with other work; one of their own when absent. */
  readonly turns?: TurnQueue;
}

interface Job {
  readonly job: RunJob;
  progress: RunProgress | undefined;
}

/** The runs in the queue of what trains: asks the compute process for each when it is its turn. */
export class RunQueue {
  private readonly options: RunQueueOptions;
  private readonly turns: TurnQueue;
  private readonly jobs = new Map<string, Job>();
  private readonly unsubscribe: () => void;

  constructor(options: RunQueueOptions) {
    this.options = options;
    this.turns = options.turns ?? new TurnQueue(options.compute);
    this.unsubscribe = this.turns.onChanged(options.onChanged);
  }

  /** The one that trains, then those that wait, in their order. */
  get items(): readonly QueueItem[] {
    return this.turns.turns.flatMap((turn, ahead) => {
      const job = this.jobs.get(turn.key);
      return job ? [itemOf(turn, job, ahead)] : [];
    });
  }

  /** Whether jobs wait for a person to start the compute process again. */
  get isHeld(): boolean {
    return this.turns.isHeld;
  }

  /** `key` must be new. The job starts in this very call when nothing is before it. */
  enqueue(key: string, job: RunJob): void {
    this.jobs.set(key, { job, progress: undefined });
    this.turns.add<RunResult>({
      key,
      work: (signal) => this.request(key, job, signal),
      onEnded: (outcome, turn) => this.end(turn, outcome),
    });
  }

  /** Takes a waiting job out, or asks the running one to stop; resolves when it has ended, and at once for no job. */
  async stop(key: string): Promise<void> {
    if (this.jobs.has(key)) await this.turns.stop(key);
  }

  /** Starts nothing while `work` goes on, and counts the end of what trains now as its stop. */
  pauseDuring(work: () => Promise<void>): Promise<void> {
    return this.turns.pauseDuring(work);
  }

  /** The window closes: what trains is asked to stop, and nothing starts any more. */
  dispose(): void {
    this.unsubscribe();
    this.turns.dispose();
  }

  private request(key: string, job: RunJob, signal: AbortSignal): Promise<RunResult> {
    const { compute, outFor, threads } = this.options;
    const options = { signal, onProgress: (progress: RunProgress) => this.report(key, progress) };
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
    const job = this.jobs.get(key);
    if (!job) return;
    job.progress = progress;
    this.options.onChanged();
  }

  private end(turn: Turn, outcome: RunOutcome): void {
    const job = this.jobs.get(turn.key)!;
    this.jobs.delete(turn.key);
    this.options.onEnded(itemOf(turn, job, 0), outcome);
  }
}

function itemOf({ key, state, isStopping }: Turn, { job, progress }: Job, ahead: number): QueueItem {
  return { key, state, isStopping, job, progress, ahead };
}
