import type { DatasetDescription } from './datasetSummary.ts';
import type { GenerateSettings } from './settings.ts';

export type RunStatus = 'running' | 'finished' | 'stopped' | 'failed' | 'interrupted' | 'unreadable';

/** A line of the tree of runs. */
export interface RunSummary {
  /** Absolute path of the run's folder; what identifies it. */
  readonly folder: string;
  readonly id: string;
  /**
   * 'running': a live process holds its lock. 'interrupted': run.json says running, but that process is gone.
   * 'unreadable': run.json is damaged or of a later version; `problem` says which, and only `folder` and `id` hold.
   */
  readonly status: RunStatus;
  /** In words, with what to do: why it failed or cannot be read. */
  readonly problem?: string | undefined;
  /**
   * Whether a live process holds the lock that is not the one that answers: this window's compute process, another
   * window's, or a command line's. `lockedBy` tells which.
   */
  readonly isElsewhere: boolean;
  /** The live process that holds the lock, to be compared with one's own children. */
  readonly lockedBy?: { readonly pid: number; readonly hostname: string } | undefined;
  /** ISO 8601. */
  readonly createdAt?: string | undefined;
  readonly stage?: 'autoencoder' | 'classifier' | 'samples' | undefined;
  readonly settings?: GenerateSettings | undefined;
  readonly device?: string | undefined;
  readonly dataset?: RunDataset | undefined;
  /** Seconds over all stages. */
  readonly seconds?: number | undefined;
  readonly samples: number;
  readonly valAuroc?: number | undefined;
  readonly bestEpoch?: number | undefined;
  /** The last line of metrics.jsonl on the validation images. */
  readonly lastEpoch?:
    | {
        readonly stage: string;
        readonly epoch: number;
        readonly loss: number;
        readonly auroc?: number | undefined;
      }
    | undefined;
}

export interface RunDataset extends DatasetDescription {
  readonly sha256: string;
}

/** What is wrong around a run that still opens, each in one sentence that says what still works. */
export interface Notice {
  readonly severity: 'info' | 'warning' | 'error';
  readonly message: string;
}
