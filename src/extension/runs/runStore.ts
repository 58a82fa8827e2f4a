import type { Event } from 'vscode';
import type { RunProgress } from '../../protocol/computeApi.ts';
import type { GenerateChoices } from '../../protocol/generateChoices.ts';
import type { RunSummary } from '../../protocol/runSummary.ts';
import type { DeviceChoice } from '../../protocol/settings.ts';

/** What a person asked for: a new run, or to go on with one. */
export type RunJob =
  | {
      readonly kind: 'generate';
      readonly datasetPath: string;
      readonly choices: GenerateChoices;
      readonly device: DeviceChoice;
    }
  | { readonly kind: 'resume'; readonly run: string; readonly datasetPath?: string | undefined };

/** A run as the tree shows it. */
export interface RunEntry {
  /** Stable while the window lives: the run's folder, or for a job without one yet a name of its own. */
  readonly key: string;
  /** `queued` and `running` are this window's; all else is the folder's. */
  readonly state: 'queued' | 'running' | 'idle';
  /** Absent until the run has a folder. */
  readonly summary?: RunSummary | undefined;
  readonly job?: RunJob | undefined;
  readonly progress?: RunProgress | undefined;
}

/** All runs of the workspace, and the queue in which they train, one at a time. */
export interface RunStore {
  /** Running, queued, then all others, newest first. */
  readonly entries: readonly RunEntry[];
  readonly onDidChange: Event<void>;
  /** The folders that hold runs, one a workspace folder; new runs go to the first, or to the dataset's own. */
  readonly runFolders: readonly string[];
  find(folder: string): RunEntry | undefined;
  /** Puts a job in the queue and returns its key; what becomes of it shows in `entries` and as notifications. */
  enqueue(job: RunJob): string;
  /** Takes a job out of the queue, or asks the run to stop at its next checkpoint. */
  stop(key: string): Promise<void>;
  /** Reads the folders again. */
  refresh(): Promise<void>;
}
