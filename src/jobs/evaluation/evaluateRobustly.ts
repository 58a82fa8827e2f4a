import { RunFolder } from '../../runs/runFolder.ts';
import type { EvaluationRecord } from '../../runs/evaluationRecord.ts';
import { openSession } from '../openSession.ts';
import { evaluateUnderConditions, type EvaluationProgress } from './evaluateUnderConditions.ts';
import { defaultConditions } from './robustnessConditions.ts';

/** What evaluation.json holds. */
export type RobustEvaluation = EvaluationRecord;

export interface RobustEvaluationRequest {
  readonly run: string;
  /** Where the dataset lies now, if it was moved. */
  readonly datasetPath?: string | undefined;
  readonly seed: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Evaluates a finished run under the default grid of noise and attacks, with the checks for masked gradients, into its
 * folder. Throws what `evaluateUnderConditions` and `openSession` throw.
 */
export async function* evaluateRobustly({
  run: runPath,
  datasetPath,
  seed,
  signal,
}: RobustEvaluationRequest): AsyncGenerator<EvaluationProgress, RobustEvaluation> {
  const run = await RunFolder.open(runPath);
  const { session } = await openSession(run, { datasetPath, signal });
  try {
    const conditions = defaultConditions();
    return yield* evaluateUnderConditions(session, { conditions, masking: true, seed });
  } finally {
    await session.device.dispose();
  }
}
