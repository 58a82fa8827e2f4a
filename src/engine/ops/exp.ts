import type { Value } from '../graph.ts';
import { apply } from '../operation.ts';
import { unaryOperation } from './elementwise.ts';
import { mul } from './mul.ts';

const operation = unaryOperation({
  name: 'exp',
  onnx: 'Exp',
  tensorFlow: 'Exp',
  compute: (x) => Math.exp(x),
  gradient: (_x, y, dy) => mul(dy, y),
});

/** e to the power of x. */
export function exp(x: Value): Value {
  return apply(operation, [x], {});
}
