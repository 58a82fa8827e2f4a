import type { Value } from '../graph.ts';
import { sizeOf } from '../tensor.ts';
import { add } from './add.ts';
import { requireFit } from './broadcasting.ts';
import { matmul, swapLastAxes } from './matmul.ts';
import { reshape } from './reshape.ts';

/** x W^T + b for x `[..., I]`, weight `[O, I]` and bias `[O]`: `[..., O]`. */
export function linear(x: Value, weight: Value, bias?: Value): Value {
  const [outputs, inputs] = weight.shape;
  const fits = weight.shape.length === 2 && x.shape.at(-1) === inputs;
  const biasFits = !bias || (bias.shape.length === 1 && bias.shape[0] === outputs);
  const operands = bias ? [x, weight, bias] : [x, weight];
  requireFit('linear', fits && biasFits, 'expected [..., I], [O, I] and [O]', operands);
  // One product of all rows: the weight's gradient is one, too, and not a sum over one for each leading index.
  const rows = reshape(x, [sizeOf(x.shape) / inputs, inputs]);
  const product = reshape(matmul(rows, swapLastAxes(weight)), [...x.shape.slice(0, -1), outputs]);
  return bias ? add(product, bias) : product;
}
