import type { Value } from '../engine/graph.ts';
import { sigmoid } from '../engine/ops/sigmoid.ts';
import { softmax } from '../engine/ops/softmax.ts';
import type { Likelihood } from './uncertainty.ts';

/** Probabilities `[N, K]` of logits `[N, K]`: over the classes of an image, or of each label by itself. */
export function probabilities(logits: Value, likelihood: Likelihood): Value {
  return likelihood === 'softmax' ? softmax(logits, 1) : sigmoid(logits);
}
