import type { Value } from '../graph.ts';
import { apply, type Operand } from '../operation.ts';
import { binaryOperation } from './elementwise.ts';
import { equal, less } from './compare.ts';
import { mul } from './mul.ts';
import { where } from './where.ts';

const operation = binaryOperation({
  name: 'minimum',
  onnx: 'Min',
  compute: (a, b) => Math.min(a, b),
  gradients: [(a, b, dy) => share(a, b, dy), (a, b, dy) => share(b, a, dy)],
});

/** The gradient goes to the operand that was chosen; equal operands get half each, as in PyTorch. */
function share(chosen: Value, other: Value, dy: Value): Value {
  const half = where(equal(chosen, other), 0.5, 0);
  return mul(dy, where(less(chosen, other), 1, half));
}

/** The smaller of a and b, with broadcasting. */
export function minimum(a: Operand, b: Operand): Value {
  return apply(operation, [a, b], {});
}
