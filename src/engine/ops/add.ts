import type { Value } from '../graph.ts';
import { apply, type Operand } from '../operation.ts';
import { binaryOperation } from './elementwise.ts';

const operation = binaryOperation({
  name: 'add',
  onnx: 'Add',
  tensorFlow: 'Add',
  compute: (a, b) => a + b,
  gradients: [(_a, _b, dy) => dy, (_a, _b, dy) => dy],
});

/** a + b, with broadcasting. */
export function add(a: Operand, b: Operand): Value {
  return apply(operation, [a, b], {});
}
