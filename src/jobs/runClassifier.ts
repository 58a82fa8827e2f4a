import type { ClassifierConfig } from '../models/classifier.ts';
import type { ModelState } from '../nn/modelState.ts';
import { TsyndError } from '../protocol/errors.ts';
import type { RunFolder } from '../runs/runFolder.ts';
import { readClassifier } from './checkpoints.ts';

/** The finished classifier of a run. Throws TsyndError 'run/incomplete' where there is none, and 'run/corrupt'. */
export async function readRunClassifier(run: RunFolder, config: ClassifierConfig): Promise<ModelState> {
  const state = await readClassifier(run.paths.classifier, config);
  if (state) return state;
  throw noClassifier(run);
}

/** TsyndError 'run/incomplete'. */
export function noClassifier({ id, paths }: RunFolder): TsyndError {
  return new TsyndError('run/incomplete', `Run ${id} has no trained classifier yet.`, {
    remedy: `Go on with it first (on the command line: tsynd generate --resume ${paths.root}), or choose another run.`,
  });
}

/**
 * Numbers that a classifier gave, as they are. Throws TsyndError 'run/corrupt' where one is none.
 *
 * @param question what it was asked about, where that is not plain
 */
export function checkAnswers<T extends readonly number[]>(
  { id }: Pick<RunFolder, 'id'>,
  numbers: T,
  question?: string,
): T {
  if (numbers.every(Number.isFinite)) return numbers;
  const place = question === undefined ? '' : ` to ${question}`;
  throw new TsyndError('run/corrupt', `The classifier of run ${id} answers${place} with what is no number.`, {
    remedy: 'Train the run again with a lower learning rate.',
  });
}

/** Like `checkAnswers`, of probabilities: rounding may carry them past 1 by a few units of the last place. */
export function checkProbs(
  run: Pick<RunFolder, 'id'>,
  probs: readonly number[],
  question?: string,
): number[] {
  return checkAnswers(run, probs, question).map((prob) => Math.min(prob, 1));
}
