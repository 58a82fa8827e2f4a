import type { Value } from '../graph.ts';
import { add } from './add.ts';
import { requireType } from './broadcasting.ts';
import { erf } from './erf.ts';
import { mul } from './mul.ts';

/** x * Phi(x) with the standard normal distribution function: 0.5 x (1 + erf(x / sqrt(2))), PyTorch's default form. */
export function gelu(x: Value): Value {
  requireType('gelu', [x], 'float32');
  return mul(mul(x, 0.5), add(erf(mul(x, Math.SQRT1_2)), 1));
}
