import type { Value } from '../graph.ts';
import { apply, type Operand } from '../operation.ts';
import { binaryOperation } from './elementwise.ts';
import { mul } from './mul.ts';
import { neg } from './neg.ts';

const operation = binaryOperation({
  name: 'div',
  onnx: 'Div',
  tensorFlow: 'RealDiv',
  compute: (a, b) => a / b,
  gradients: [(_a, b, dy) => div(dy, b), (_a, b, dy, y) => neg(div(mul(dy, y), b))],
});

/** a / b, with broadcasting. */
export function div(a: Operand, b: Operand): Value {
  return apply(operation, [a, b], {});
}
