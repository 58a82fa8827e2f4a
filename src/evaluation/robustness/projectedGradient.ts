import { deriveKey, type RandomKey } from '../../engine/random.ts';
import type { HostTensor } from '../../engine/tensor.ts';
import type { AttackBatch } from './attackBatch.ts';
import type { AttackedClassifier, Floats } from './attackedClassifier.ts';
import { attackScores } from './attackScores.ts';
import { pgdStep, randomStart, startDraws } from './perturbations.ts';

export interface PgdSettings {
  readonly eps: number;
  readonly steps: number;
  readonly restarts: number;
  readonly key: RandomKey;
}

/** One pass of a batch through the classifier, forwards, or forwards and back. */
export type Pass = 'answers' | 'gradient';

/**
 * 2.5 eps / steps: far enough to cross the ball from any start, and torchattacks' 2/255 at its defaults of eps 8/255 and
 * 10 steps.
 */
export function pgdStepSize(eps: number, steps: number): number {
  return (2.5 * eps) / steps;
}

/**
 * Projected gradient descent in the maximum norm from random starts; see `pgdStep`. The last iterate of a start counts,
 * and of several starts each image's worst one (the highest `attackScores`).
 *
 * @returns for every number of starts from 1 to `restarts` the probabilities `[B, K]` of the worst so far
 */
export async function* projectedGradient(
  classifier: Pick<AttackedClassifier, 'model' | 'batchSize' | 'answer' | 'gradient'>,
  batch: AttackBatch,
  { eps, steps, restarts, key }: PgdSettings,
): AsyncGenerator<Pass, Floats[]> {
  const { likelihood, numClasses } = classifier.model;
  const worst: Floats[] = [];
  const worstScores = new Float64Array(classifier.batchSize).fill(-Infinity);
  for (let start = 0; start < restarts; start++) {
    const draws = startDraws(deriveKey(key, start), batch.positions, batch.images);
    const found = yield* ascend(classifier, batch, randomStart(batch.images, draws, eps), { eps, steps });
    const { logits, probs } = await classifier.answer(found);
    const scores = attackScores(logits, batch.labels, likelihood);
    const kept = (worst.at(-1) ?? probs).slice();
    scores.forEach((score, row) => {
      if (!(score > worstScores[row])) return;
      worstScores[row] = score;
      kept.set(probs.subarray(row * numClasses, (row + 1) * numClasses), row * numClasses);
    });
    worst.push(kept);
    yield 'answers';
  }
  return worst;
}

/** `steps` steps that raise the loss of `start`, within eps of the batch's images; returns the last iterate. */
export async function* ascend(
  classifier: Pick<AttackedClassifier, 'gradient'>,
  { images, labels }: Pick<AttackBatch, 'images' | 'labels'>,
  start: HostTensor,
  { eps, steps }: { readonly eps: number; readonly steps: number },
): AsyncGenerator<Pass, HostTensor> {
  const step = { eps, stepSize: pgdStepSize(eps, steps) };
  let current = start;
  for (let taken = 0; taken < steps; taken++) {
    current = pgdStep(images, current, await classifier.gradient(current, labels), step);
    yield 'gradient';
  }
  return current;
}
