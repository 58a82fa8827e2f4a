import type { Value } from '../graph.ts';
import { apply } from '../operation.ts';
import { unaryOperation } from './elementwise.ts';
import { mul } from './mul.ts';
import { sign } from './sign.ts';

const operation = unaryOperation({
  name: 'abs',
  onnx: 'Abs',
  tensorFlow: 'Abs',
  compute: (x) => Math.abs(x),
  gradient: (x, _y, dy) => mul(dy, sign(x)),
});

/** The absolute value; its gradient at 0 is 0. */
export function abs(x: Value): Value {
  return apply(operation, [x], {});
}
