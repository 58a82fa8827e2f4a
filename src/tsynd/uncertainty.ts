import type { Value } from '../engine/graph.ts';
import { exp } from '../engine/ops/exp.ts';
import { logSoftmax } from '../engine/ops/logSoftmax.ts';
import { logSumExp } from '../engine/ops/logSumExp.ts';
import { mean } from '../engine/ops/mean.ts';
import { mul } from '../engine/ops/mul.ts';
import { neg } from '../engine/ops/neg.ts';
import { concat } from '../engine/ops/concat.ts';
import { reshape } from '../engine/ops/reshape.ts';
import { slice } from '../engine/ops/slice.ts';
import { softplus } from '../engine/ops/softplus.ts';
import { sub } from '../engine/ops/sub.ts';
import { sum } from '../engine/ops/sum.ts';

/** How logits become probabilities: one choice among classes, or an independent yes or no a label. */
export type Likelihood = 'softmax' | 'sigmoid';

/** Uncertainty of N images under S dropout masks, in nats. */
export interface Uncertainty {
  /** Epistemic: how much the masks disagree, `[N]`. */
  readonly mutualInformation: Value;
  /** Total: entropy of the mean prediction, `[N]`. */
  readonly predictiveEntropy: Value;
  /** log of the mean over masks of p: `[N, K]`; for sigmoids log p(label is present). */
  readonly meanLogProbs: Value;
  /** For sigmoids, log of the mean over masks of 1 - p: `[N, L]`. */
  readonly meanLogComplements?: Value;
}

/**
 * Mutual information between prediction and dropout mask (BALD; Houlsby et al., arXiv 1112.5745), paper section 3.1:
 *   MI = mean_s KL(p_s || mean_s p_s) = H[mean p] - mean_s H[p_s].
 * The mean-KL form stays closest to non-negative in single precision; it is not clamped.
 *
 * With sigmoids every label is a binary question of its own and the values are summed over labels: for one label
 * that equals softmax over the logits (0, l).
 *
 * @param logits `[S, N, K]`
 */
export function uncertaintyOf(logits: Value, likelihood: Likelihood): Uncertainty {
  const [samples, images, labels] = logits.shape as readonly [number, number, number];
  if (likelihood === 'softmax') return categoricalUncertainty(logSoftmax(logits, 2));
  // log p and log(1 - p) as softplus, which neither overflows nor meets 0 * log 0.
  const logProbs = concat(
    [
      reshape(neg(softplus(neg(logits))), [samples, images * labels, 1]),
      reshape(neg(softplus(logits)), [samples, images * labels, 1]),
    ],
    2,
  );
  const perLabel = categoricalUncertainty(logProbs);
  const sumLabels = (value: Value): Value => sum(reshape(value, [images, labels]), { axes: [1] });
  const ofOutcome = (index: number): Value =>
    reshape(slice(perLabel.meanLogProbs, { axis: 1, start: index, end: index + 1 }), [images, labels]);
  return {
    mutualInformation: sumLabels(perLabel.mutualInformation),
    predictiveEntropy: sumLabels(perLabel.predictiveEntropy),
    meanLogProbs: ofOutcome(0),
    meanLogComplements: ofOutcome(1),
  };
}

/** From log-probabilities `[S, N, K]`. */
function categoricalUncertainty(logProbs: Value): Uncertainty {
  const samples = logProbs.shape[0];
  const meanLogProbs = sub(logSumExp(logProbs, { axis: 0 }), Math.log(samples));
  const divergence = sum(mul(exp(logProbs), sub(logProbs, meanLogProbs)), { axes: [2] });
  return {
    mutualInformation: mean(divergence, { axes: [0] }),
    predictiveEntropy: neg(sum(mul(exp(meanLogProbs), meanLogProbs), { axes: [1] })),
    meanLogProbs,
  };
}
