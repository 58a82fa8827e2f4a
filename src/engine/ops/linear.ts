import type { Value } from '../graph.ts';
import { add } from './add.ts';
import { requireFit } from './broadcasting.ts';
import { matmul, swapLastAxes } from './matmul.ts';

/** x W^T + b for x `[..., I]`, weight `[O, I]` and bias `[O]`: `[..., O]`. */
export function linear(x: Value, weight: Value, bias?: Value): Value {
  const [outputs, inputs] = weight.shape;
  const fits = weight.shape.length === 2 && x.shape.at(-1) === inputs;
  const biasFits = !bias || (bias.shape.length === 1 && bias.shape[0] === outputs);
  const operands = bias ? [x, weight, bias] : [x, weight];
  requireFit('linear', fits && biasFits, 'expected [..., I], [O, I] and [O]', operands);
  const product = matmul(x, swapLastAxes(weight));
  return bias ? add(product, bias) : product;
}
