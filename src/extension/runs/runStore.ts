import type { Event } from 'vscode';
import type { RunProgress, RunResult } from '../../protocol/computeApi.ts';
import type { GenerateChoices } from '../../protocol/generateChoices.ts';
import type { RunSummary } from '../../protocol/runSummary.ts';
import type { DeviceChoice } from '../../protocol/settings.ts';
import type { TurnOutcome } from './turnQueue.ts';

/** What a person asked for: a new run, or to go on with one. */
export type RunJob =
  | {
      readonly kind: 'generate';
      readonly datasetPath: string;
      readonly choices: GenerateChoices;
      readonly device: DeviceChoice;
      /** Processor threads; what the settings say when absent. */
      readonly threads?: number | undefined;
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
  /** A person has asked it to stop, and it has not yet. */
  readonly isStopping?: boolean | undefined;
  /** Jobs that train before this one; for a queued one. */
  readonly ahead?: number | undefined;
  /** Why a job ended before it had a folder to write that in. */
  readonly problem?: string | undefined;
}

/** How a job ended; with a folder that is stopped, failed or crashed, a person can go on. */
export type RunOutcome = TurnOutcome<RunResult>;

export interface RunEnd {
  readonly key: string;
  /** As it was just before it ended, with the folder's summary as it is now. */
  readonly entry: RunEntry;
  readonly outcome: RunOutcome;
}

/** All runs of the workspace, and the queue in which they train, one at a time. */
export interface RunStore {
  /** Running, queued, then all others, newest first. */
  readonly entries: readonly RunEntry[];
  readonly onDidChange: Event<void>;
  /** Fires when a person has put a job in the queue, with its key. */
  readonly onDidEnqueue: Event<string>;
  /** Fires once for each job, when the folder's summary has been read again. */
  readonly onDidEnd: Event<RunEnd>;
  /** Fires with a run's folder just before it is deleted, so that who has it open lets go of it. */
  readonly onWillDelete: Event<string>;
  /** The folders that hold runs, one a workspace folder; new runs go to the first, or to the dataset's own. */
  readonly runFolders: readonly string[];
  /** The folder in which a run of this dataset gets its own. */
  folderFor(datasetPath: string): string;
  /** Why `entries` may be out of date: the folders could not be read. */
  readonly problem: string | undefined;
  /** Whether the queue waits, since the compute process has crashed too often. */
  readonly isHeld: boolean;
  /** By key or by the run's folder. */
  find(keyOrFolder: string): RunEntry | undefined;
  /** Puts a job in the queue and returns its key; what becomes of it shows in `entries` and as notifications. */
  enqueue(job: RunJob): string;
  /**
   * Takes a job out of the queue, or asks the run to stop at its next checkpoint; resolves when it has ended. Does
   * nothing for a run that does not train here. By key or by the run's folder.
   */
  stop(keyOrFolder: string): Promise<void>;
  /** To be called before a run's folder is deleted. */
  willDelete(folder: string): void;
  /** Takes a job that ended without a folder off the list. */
  forget(key: string): void;
  /** Reads the folders again. */
  refresh(): Promise<void>;
  /** Stops what trains, starts the compute process again, and goes on with the queue. */
  restartCompute(): Promise<void>;
}
