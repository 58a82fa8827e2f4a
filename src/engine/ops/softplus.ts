import type { Value } from '../graph.ts';
import { apply } from '../operation.ts';
import { unaryOperation } from './elementwise.ts';
import { mul } from './mul.ts';
import { sigmoid } from './sigmoid.ts';

const operation = unaryOperation({
  name: 'softplus',
  onnx: 'Softplus',
  tensorFlow: 'Softplus',
  compute: (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))),
  gradient: (x, _y, dy) => mul(dy, sigmoid(x)),
});

/** log(1 + exp(x)), without overflow. */
export function softplus(x: Value): Value {
  return apply(operation, [x], {});
}
