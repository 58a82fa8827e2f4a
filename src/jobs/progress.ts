import type { DatasetSummary } from '../protocol/datasetSummary.ts';
import type { MetricsLine } from '../runs/metricsLog.ts';

/** The parts of a run, in order. */
export type Stage = 'autoencoder' | 'classifier' | 'samples';

/** What a job tells while it works. Every `progress` event is a full snapshot, so that any may be dropped. */
export type JobEvent =
  | { readonly type: 'dataset'; readonly summary: DatasetSummary }
  | { readonly type: 'run'; readonly id: string; readonly folder: string; readonly device: string }
  | {
      readonly type: 'progress';
      readonly stage: Stage;
      /** Optimiser steps or samples. */
      readonly done: number;
      readonly total: number;
      readonly unit: 'steps' | 'samples';
      /** Loss of the last step. */
      readonly loss?: number;
    }
  | { readonly type: 'metrics'; readonly line: MetricsLine }
  | { readonly type: 'stageFinished'; readonly stage: Stage; readonly seconds: number }
  | { readonly type: 'warning'; readonly message: string };
