import type { ExperimentPlan } from '../../protocol/experiment.ts';
import type { TsyndError } from '../../protocol/errors.ts';
import type { EvaluationProgress } from '../evaluation/evaluateUnderConditions.ts';
import type { JobEvent } from '../progress.ts';

/** A cell of the grid, or a run that cells share. */
export interface ExperimentPart {
  readonly kind: 'cell' | 'pool' | 'judge';
  readonly id: string;
}

/** What an experiment tells while it works: its own events, and those of the runs under way. */
export type ExperimentEvent =
  /** All is checked; nothing has been trained yet in this call. */
  | {
      readonly type: 'plan';
      readonly folder: string;
      readonly plan: ExperimentPlan;
      /** Cells that were finished before. */
      readonly finished: number;
    }
  | { readonly type: 'begin'; readonly part: ExperimentPart }
  | {
      readonly type: 'end';
      readonly part: ExperimentPart;
      /** Why it failed; absent where it did not. */
      readonly error?: TsyndError | undefined;
      /** Cells that are finished by now, and all. */
      readonly done: number;
      readonly total: number;
      /** Until the grid is finished, by what its cells took; absent while none is. */
      readonly secondsLeft?: number | undefined;
    }
  | EvaluationProgress
  | JobEvent;
