import type { Value } from '../engine/graph.ts';
import { sum } from '../engine/ops/sum.ts';
import { binaryCrossEntropyPerLabel, crossEntropyPerImage } from '../nn/losses.ts';
import type { Likelihood } from './uncertainty.ts';

/**
 * Cross-entropy of each image in nats, `[N]`, for sigmoids summed over labels.
 *
 * @param logits `[N, K]`
 * @param labels int32 `[N]`, or float32 `[N, L]` for sigmoids
 */
export function lossPerImage(logits: Value, labels: Value, likelihood: Likelihood): Value {
  return likelihood === 'softmax'
    ? crossEntropyPerImage(logits, labels)
    : sum(binaryCrossEntropyPerLabel(logits, labels), { axes: [1] });
}
