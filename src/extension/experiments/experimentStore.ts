import type { Event } from 'vscode';

import type { ComputeApi, ExperimentProgress } from '../../protocol/computeApi.ts';
import type { ExperimentSummary } from '../../protocol/libraryApi.ts';
import type { DeviceChoice } from '../../protocol/settings.ts';
import type { TurnOutcome } from '../runs/turnQueue.ts';

/** What a person asked for: to run an experiment's file, or to go on with what is not finished. */
export interface ExperimentJob {
  /** The experiment's folder, also before it is made; what identifies it. Absolute. */
  readonly folder: string;
  /** Its YAML file; absent to go on with the folder. */
  readonly file?: string | undefined;
  readonly title: string;
  readonly device: DeviceChoice;
  /** Processor threads; one a processor when absent. */
  readonly threads?: number | undefined;
}

/** An experiment as the editor shows it. */
export interface ExperimentEntry {
  readonly folder: string;
  readonly title: string;
  /** `queued` and `running` are this window's; all else is the folder's. */
  readonly state: 'queued' | 'running' | 'idle';
  /** Absent until the folder is made. */
  readonly summary?: ExperimentSummary | undefined;
  readonly progress?: ExperimentProgress | undefined;
  /** A person has asked it to stop, and it has not yet. */
  readonly isStopping?: boolean | undefined;
  /** What trains before it; for a queued one. */
  readonly ahead?: number | undefined;
}

export type ExperimentResult = ComputeApi['experiment/run']['result'];
export type ExperimentOutcome = TurnOutcome<ExperimentResult>;

export interface ExperimentEnd {
  readonly job: ExperimentJob;
  /** As it was just before it ended, with the folder's summary as it is now. */
  readonly entry: ExperimentEntry;
  readonly outcome: ExperimentOutcome;
}

/** All experiments of the workspace; they stand in one queue with the runs. */
export interface ExperimentStore {
  /** Running, queued, then all others, newest first. */
  readonly entries: readonly ExperimentEntry[];
  readonly onDidChange: Event<void>;
  /** Fires when a person has put one in the queue, with its folder. */
  readonly onDidEnqueue: Event<string>;
  /** Fires once for each that has ended, when its summary has been read again. */
  readonly onDidEnd: Event<ExperimentEnd>;
  /** Why `entries` may be out of date: the folders could not be read. */
  readonly problem: string | undefined;
  find(folder: string): ExperimentEntry | undefined;
  /** Where experiments about this file go: beside the runs of its workspace folder. Absolute. */
  folderFor(file: string): string;
  /** Puts it in the queue; what becomes of it shows in `entries` and as notifications. */
  enqueue(job: ExperimentJob): void;
  /** Takes it out of the queue, or asks it to stop after this step; resolves when it has ended. */
  stop(folder: string): Promise<void>;
  /** Reads the folders again. */
  refresh(): Promise<void>;
}
