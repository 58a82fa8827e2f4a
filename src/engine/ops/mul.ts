import type { Value } from '../graph.ts';
import { apply, type Operand } from '../operation.ts';
import { binaryOperation } from './elementwise.ts';

const operation = binaryOperation({
  name: 'mul',
  onnx: 'Mul',
  tensorFlow: 'Multiply',
  compute: (a, b) => a * b,
  gradients: [(_a, b, dy) => mul(dy, b), (a, _b, dy) => mul(dy, a)],
});

/** a * b, with broadcasting. */
export function mul(a: Operand, b: Operand): Value {
  return apply(operation, [a, b], {});
}
