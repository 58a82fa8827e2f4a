import type { Value } from '../graph.ts';
import { apply, type Operand } from '../operation.ts';
import { binaryOperation } from './elementwise.ts';
import { log } from './log.ts';
import { mul } from './mul.ts';
import { sub } from './sub.ts';

const operation = binaryOperation({
  name: 'pow',
  onnx: 'Pow',
  compute: (a, b) => a ** b,
  gradients: [
    (a, b, dy) => mul(dy, mul(b, pow(a, sub(b, 1)))),
    // Only for positive bases, where the logarithm exists.
    (a, _b, dy, y) => mul(dy, mul(y, log(a))),
  ],
});

/** a to the power of b, with broadcasting. */
export function pow(a: Operand, b: Operand): Value {
  return apply(operation, [a, b], {});
}
