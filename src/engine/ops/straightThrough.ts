import type { Value } from '../graph.ts';
import { sameShape } from '../tensor.ts';
import { add } from './add.ts';
import { requireFit } from './broadcasting.ts';
import { stopGradient } from './stopGradient.ts';
import { sub } from './sub.ts';

/**
 * Has the value of `forward` and the gradient of `backward`: x + sg(y - x) (Bengio, Leonard, Courville,
 * arXiv 1308.3432). Both have one shape.
 */
export function straightThrough(forward: Value, backward: Value): Value {
  const fits = sameShape(forward.shape, backward.shape);
  requireFit('straightThrough', fits, 'expected operands of one shape', [forward, backward]);
  return add(backward, stopGradient(sub(forward, backward)));
}
