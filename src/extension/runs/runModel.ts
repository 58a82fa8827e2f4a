import type { ComputeApi } from '../../protocol/computeApi.ts';
import { describeError } from '../../protocol/errors.ts';
import type { LibraryApi } from '../../protocol/libraryApi.ts';
import type { RunSummary } from '../../protocol/runSummary.ts';
import type { ProcessClient } from '../processes/processClient.ts';
import { RunQueue, type QueueItem } from './runQueue.ts';
import type { RunEnd, RunEntry, RunJob, RunOutcome } from './runStore.ts';
import { SharedListing } from './sharedListing.ts';
import type { TurnQueue } from './turnQueue.ts';

export interface RunModelOptions {
  readonly compute: ProcessClient<ComputeApi>;
  readonly library: Pick<ProcessClient<LibraryApi>, 'request'>;
  /** The folders to list, without those that are not there: nobody is started to read nothing. */
  readonly foldersToList: () => Promise<readonly string[]>;
  /** The folder in which the run of a new dataset gets its own. */
  readonly outFor: (datasetPath: string) => string;
  /** Processor threads of a job on this dataset that does not say. */
  readonly threads: (datasetPath: string) => number | undefined;
  readonly onChanged: () => void;
  readonly onEnded: (end: RunEnd) => void;
  /** The queue in which runs stand with other work; one of their own when absent. */
  readonly turns?: TurnQueue;
}

/** All that is known of runs: what their folders say, and on top of it what this window does. Knows no editor. */
export class RunModel {
  private readonly options: RunModelOptions;
  private readonly queue: RunQueue;
  /** By folder, newest first. */
  private summaries: ReadonlyMap<string, RunSummary> = new Map();
  /** The keys of new runs of this window, by the folder that they got. */
  private readonly keys = new Map<string, string>();
  /** Jobs that have ended, and whose folders have not been read again yet. */
  private readonly settling = new Map<string, RunEntry>();
  /** Why jobs with a folder failed, by key, until they are tried again. */
  private readonly problems = new Map<string, string>();
  /** Jobs that failed before they had a folder, by key. */
  private readonly stillborn = new Map<string, RunEntry>();
  private readonly listing = new SharedListing(() => this.list());
  private cached: readonly RunEntry[] | undefined;
  private lastJob = 0;
  private isClosed = false;
  /** Why the folders could not be read the last time. */
  problem: string | undefined;

  constructor(options: RunModelOptions) {
    this.options = options;
    this.queue = new RunQueue({
      compute: options.compute,
      outFor: options.outFor,
      threads: options.threads,
      ...(options.turns && { turns: options.turns }),
      onChanged: () => this.queueChanged(),
      onEnded: (item, outcome) => void this.settle(item, outcome),
    });
  }

  /** Running, queued, then all others, newest first. */
  get entries(): readonly RunEntry[] {
    this.cached ??= this.makeEntries();
    return this.cached;
  }

  get isHeld(): boolean {
    return this.queue.isHeld;
  }

  find(keyOrFolder: string): RunEntry | undefined {
    const key = this.keyOf(keyOrFolder);
    return this.entries.find((entry) => entry.key === key);
  }

  /** Returns the job's key; a run that waits or trains already is not put in the queue again. */
  enqueue(job: RunJob): string {
    const key = job.kind === 'resume' ? this.keyOf(job.run) : `job-${++this.lastJob}`;
    if (this.queue.items.some((item) => item.key === key)) return key;
    this.problems.delete(key);
    this.queue.enqueue(key, job);
    this.changed();
    return key;
  }

  stop(keyOrFolder: string): Promise<void> {
    return this.queue.stop(this.keyOf(keyOrFolder));
  }

  forget(key: string): void {
    if (this.stillborn.delete(key)) this.changed();
  }

  /** Reads the folders again; never rejects. */
  refresh(): Promise<void> {
    return this.listing.again();
  }

  restartCompute(): Promise<void> {
    return this.queue.pauseDuring(() => this.options.compute.restart());
  }

  dispose(): void {
    this.isClosed = true;
    this.queue.dispose();
  }

  private async list(): Promise<void> {
    try {
      const folders = await this.options.foldersToList();
      const runs = folders.length > 0 ? await this.options.library.request('runs/list', { folders }) : [];
      this.summaries = new Map(runs.map((run) => [run.folder, run]));
      this.problem = undefined;
    } catch (error) {
      this.problem = describeError(error);
    }
    this.changed();
  }

  /** Keeps a job on the list as it was until its folder tells how it ended. */
  private async settle(item: QueueItem, outcome: RunOutcome): Promise<void> {
    const { key } = item;
    const last = this.ownEntry(item);
    if (outcome.kind !== 'removed') {
      this.settling.set(key, last);
      await this.refresh();
      this.settling.delete(key);
    }
    if (outcome.kind === 'failed' || outcome.kind === 'crashed') {
      const problem = describeError(outcome.error);
      if (folderOf(item) === undefined)
        this.stillborn.set(key, { key, state: 'idle', job: item.job, problem });
      else this.problems.set(key, problem);
    }
    this.changed();
    if (!this.isClosed) {
      this.options.onEnded({ key, entry: { ...last, summary: this.summaryOf(item) }, outcome });
    }
  }

  private queueChanged(): void {
    for (const { key, progress } of this.queue.items) {
      if (progress?.folder === undefined || this.keyOf(progress.folder) === key) continue;
      this.keys.set(progress.folder, key);
      void this.refresh();
    }
    this.changed();
  }

  private changed(): void {
    this.cached = undefined;
    if (!this.isClosed) this.options.onChanged();
  }

  private makeEntries(): readonly RunEntry[] {
    const own = this.queue.items.map((item) => this.ownEntry(item));
    const ended = [...this.settling.values()].filter(({ key }) => !own.some((entry) => entry.key === key));
    const shown = new Set([...own, ...ended].map(({ key }) => key));
    const idle = [...this.summaries.values()]
      .map((summary): RunEntry => {
        const key = this.keyOf(summary.folder);
        return { key, state: 'idle', summary, problem: this.problems.get(key) };
      })
      .filter(({ key }) => !shown.has(key));
    return [
      ...own.filter(({ state }) => state === 'running'),
      ...ended,
      ...own.filter(({ state }) => state === 'queued'),
      // Newest first, as the folders are.
      ...[...this.stillborn.values()].reverse(),
      ...idle,
    ];
  }

  private ownEntry(item: QueueItem): RunEntry {
    const { key, job, state, progress, isStopping, ahead } = item;
    const summary = this.summaryOf(item);
    return { key, state, job, progress, isStopping, summary, ...(state === 'queued' ? { ahead } : {}) };
  }

  private summaryOf(item: QueueItem): RunSummary | undefined {
    const folder = folderOf(item);
    return folder === undefined ? undefined : this.summaries.get(folder);
  }

  private keyOf(folder: string): string {
    return this.keys.get(folder) ?? folder;
  }
}

/** The folder of a job, once it has one. */
function folderOf({ job, progress }: QueueItem): string | undefined {
  return job.kind === 'resume' ? job.run : progress?.folder;
}
