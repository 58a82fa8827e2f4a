import type { Value } from '../graph.ts';
import { apply, type Operand } from '../operation.ts';
import { equal, greater, less } from './compare.ts';
import { binaryOperation } from './elementwise.ts';
import { mul } from './mul.ts';
import { where } from './where.ts';

const maximumOperation = binaryOperation({
  name: 'maximum',
  onnx: 'Max',
  tensorFlow: 'Maximum',
  compute: Math.max,
  gradients: [
    (a, b, dy) => share(dy, greater(a, b), equal(a, b)),
    (a, b, dy) => share(dy, less(a, b), equal(a, b)),
  ],
});

const minimumOperation = binaryOperation({
  name: 'minimum',
  onnx: 'Min',
  tensorFlow: 'Minimum',
  compute: Math.min,
  gradients: [
    (a, b, dy) => share(dy, less(a, b), equal(a, b)),
    (a, b, dy) => share(dy, greater(a, b), equal(a, b)),
  ],
});

/** The gradient goes to the operand that was chosen; equal operands get half each, as in PyTorch. */
function share(dy: Value, isChosen: Value, isTie: Value): Value {
  return mul(dy, where(isChosen, 1, where(isTie, 0.5, 0)));
}

/** The larger of a and b, with broadcasting. */
export function maximum(a: Operand, b: Operand): Value {
  return apply(maximumOperation, [a, b], {});
}

/** The smaller of a and b, with broadcasting. */
export function minimum(a: Operand, b: Operand): Value {
  return apply(minimumOperation, [a, b], {});
}
