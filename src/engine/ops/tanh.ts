import type { Value } from '../graph.ts';
import { apply } from '../operation.ts';
import { unaryOperation } from './elementwise.ts';
import { mul } from './mul.ts';
import { sub } from './sub.ts';

const operation = unaryOperation({
  name: 'tanh',
  onnx: 'Tanh',
  tensorFlow: 'Tanh',
  compute: (x) => Math.tanh(x),
  gradient: (_x, y, dy) => mul(dy, sub(1, mul(y, y))),
});

/** The hyperbolic tangent. */
export function tanh(x: Value): Value {
  return apply(operation, [x], {});
}
