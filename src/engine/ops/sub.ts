import type { Value } from '../graph.ts';
import { apply, type Operand } from '../operation.ts';
import { binaryOperation } from './elementwise.ts';
import { neg } from './neg.ts';

const operation = binaryOperation({
  name: 'sub',
  onnx: 'Sub',
  tensorFlow: 'Sub',
  compute: (a, b) => a - b,
  gradients: [(_a, _b, dy) => dy, (_a, _b, dy) => neg(dy)],
});

/** a - b, with broadcasting. */
export function sub(a: Operand, b: Operand): Value {
  return apply(operation, [a, b], {});
}
