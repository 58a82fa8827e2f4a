import path from 'node:path';

import type { ComputeApi, ExperimentProgress } from '../../protocol/computeApi.ts';
import { describeError } from '../../protocol/errors.ts';
import type { ExperimentSummary, LibraryApi } from '../../protocol/libraryApi.ts';
import type { ProcessClient } from '../processes/processClient.ts';
import { SharedListing } from '../runs/sharedListing.ts';
import type { Turn, TurnQueue } from '../runs/turnQueue.ts';
import type {
  ExperimentEnd,
  ExperimentEntry,
  ExperimentJob,
  ExperimentOutcome,
  ExperimentResult,
} from './experimentStore.ts';

export interface ExperimentModelOptions {
  readonly compute: Pick<ProcessClient<ComputeApi>, 'request'>;
  readonly library: Pick<ProcessClient<LibraryApi>, 'request'>;
  readonly turns: TurnQueue;
  /** The folders to list, without those that are not there: nobody is started to read nothing. */
  readonly foldersToList: () => Promise<readonly string[]>;
  readonly onChanged: () => void;
  readonly onEnded: (end: ExperimentEnd) => void;
}

interface Running {
  readonly job: ExperimentJob;
  progress: ExperimentProgress | undefined;
}

/** All that is known of experiments: what their folders say, and on top of it what this window does. Knows no editor. */
export class ExperimentModel {
  private readonly options: ExperimentModelOptions;
  private readonly jobs = new Map<string, Running>();
  /** By folder, newest first. */
  private summaries: ReadonlyMap<string, ExperimentSummary> = new Map();
  private readonly unsubscribe: () => void;
  private readonly listing = new SharedListing(() => this.list());
  private isClosed = false;
  /** Why the folders could not be read the last time. */
  problem: string | undefined;

  constructor(options: ExperimentModelOptions) {
    this.options = options;
    this.unsubscribe = options.turns.onChanged(() => this.changed());
  }

  /** Running, queued, then all others, newest first. */
  get entries(): readonly ExperimentEntry[] {
    const own = this.options.turns.turns.flatMap((turn, ahead) => {
      const running = this.jobs.get(turn.key);
      return running ? [this.ownEntry(turn, running, ahead)] : [];
    });
    const idle = [...this.summaries.values()]
      .filter(({ folder }) => !this.jobs.has(path.resolve(folder)))
      .map((summary): ExperimentEntry => {
        const { folder, title } = summary;
        return { folder: path.resolve(folder), title, state: 'idle', summary };
      });
    return [...own, ...idle];
  }

  find(folder: string): ExperimentEntry | undefined {
    const key = path.resolve(folder);
    return this.entries.find((entry) => entry.folder === key);
  }

  /** What waits or runs already is not put in the queue again. @returns whether it was put there now */
  enqueue(job: ExperimentJob): boolean {
    const key = path.resolve(job.folder);
    if (this.jobs.has(key)) return false;
    this.jobs.set(key, { job: { ...job, folder: key }, progress: undefined });
    this.options.turns.add<ExperimentResult>({
      key,
      work: (signal) => this.request(key, signal),
      onEnded: (outcome, turn) => void this.settle(turn, outcome),
    });
    this.changed();
    return true;
  }

  async stop(folder: string): Promise<void> {
    const key = path.resolve(folder);
    if (this.jobs.has(key)) await this.options.turns.stop(key);
  }

  /** Reads the folders again; never rejects. */
  refresh(): Promise<void> {
    return this.listing.again();
  }

  dispose(): void {
    this.isClosed = true;
    this.unsubscribe();
  }

  private request(key: string, signal: AbortSignal): Promise<ExperimentResult> {
    const { file, device, threads } = this.jobs.get(key)!.job;
    const place = file === undefined ? { path: key } : { path: file, out: key };
    return this.options.compute.request(
      'experiment/run',
      { ...place, device, threads },
      { signal, onProgress: (progress) => this.report(key, progress) },
    );
  }

  private report(key: string, progress: ExperimentProgress): void {
    const running = this.jobs.get(key);
    if (!running) return;
    const isNew = progress.folder !== undefined && running.progress?.folder === undefined;
    const hasFinishedOne = progress.done !== running.progress?.done;
    running.progress = progress;
    if (isNew || hasFinishedOne) void this.refresh();
    this.changed();
  }

  private async settle(turn: Turn, outcome: ExperimentOutcome): Promise<void> {
    const running = this.jobs.get(turn.key)!;
    const last = this.ownEntry(turn, running, 0);
    this.jobs.delete(turn.key);
    this.changed();
    if (outcome.kind !== 'removed') await this.refresh();
    if (this.isClosed) return;
    const summary = this.summaries.get(turn.key) ?? last.summary;
    this.options.onEnded({ job: running.job, entry: { ...last, summary }, outcome });
  }

  private ownEntry(
    { key, state, isStopping }: Turn,
    { job, progress }: Running,
    ahead: number,
  ): ExperimentEntry {
    const summary = this.summaries.get(key);
    const title = summary?.title ?? job.title;
    return { folder: key, title, state, progress, isStopping, summary, ahead };
  }

  private async list(): Promise<void> {
    try {
      const folders = await this.options.foldersToList();
      const all =
        folders.length > 0 ? await this.options.library.request('experiments/list', { folders }) : [];
      this.summaries = new Map(all.map((summary) => [path.resolve(summary.folder), summary]));
      this.problem = undefined;
    } catch (error) {
      this.problem = describeError(error);
    }
    this.changed();
  }

  private changed(): void {
    if (!this.isClosed) this.options.onChanged();
  }
}
