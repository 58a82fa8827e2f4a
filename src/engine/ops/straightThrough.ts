import type { Value } from '../graph.ts';
import { add } from './add.ts';
import { stopGradient } from './stopGradient.ts';
import { sub } from './sub.ts';

/**
 * Has the value of `forward` and the gradient of `backward`: x + sg(y - x) (Bengio, Leonard, Courville,
 * arXiv 1308.3432). Both have one shape.
 */
export function straightThrough(forward: Value, backward: Value): Value {
  return add(backward, stopGradient(sub(forward, backward)));
}
