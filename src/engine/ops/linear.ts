import type { Value } from '../graph.ts';
import { add } from './add.ts';
import { matmul, swapLastAxes } from './matmul.ts';

/** x W^T + b for x `[..., I]`, weight `[O, I]` and bias `[O]`: `[..., O]`. */
export function linear(x: Value, weight: Value, bias?: Value): Value {
  const product = matmul(x, swapLastAxes(weight));
  return bias ? add(product, bias) : product;
}
