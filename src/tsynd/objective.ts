import type { Value } from '../engine/graph.ts';
import { sum } from '../engine/ops/sum.ts';
import { mul } from '../engine/ops/mul.ts';
import { neg } from '../engine/ops/neg.ts';
import { oneHot } from '../engine/ops/oneHot.ts';
import { sub } from '../engine/ops/sub.ts';
import { add } from '../engine/ops/add.ts';
import type { Uncertainty } from './uncertainty.ts';

/** What latent optimisation maximises. */
export type Objective = 'mi' | 'entropy' | 'cross-entropy';

/**
 * The objective of every image, `[N]`, in nats: mutual information (the paper), predictive entropy (its ablation), or
 * the cross-entropy of the parent's label (on-manifold adversarial examples, Stutz et al., CVPR 2019).
 *
 * @param labels int32 `[N]`, or float32 `[N, L]` for sigmoids
 */
export function objectiveOf(
  objective: Objective,
  { mutualInformation, predictiveEntropy, meanLogProbs, meanLogComplements }: Uncertainty,
  labels: Value,
): Value {
  if (objective === 'mi') return mutualInformation;
  if (objective === 'entropy') return predictiveEntropy;
  const logLikelihoods = meanLogComplements
    ? add(mul(labels, meanLogProbs), mul(sub(1, labels), meanLogComplements))
    : mul(oneHot(labels, meanLogProbs.shape[1]), meanLogProbs);
  return neg(sum(logLikelihoods, { axes: [1] }));
}
