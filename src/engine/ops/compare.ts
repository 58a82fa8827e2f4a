import type { Value } from '../graph.ts';
import { apply, type Operand } from '../operation.ts';
import { predicate } from './elementwise.ts';

const greaterOperation = predicate('greater', 'Greater', 'number', (a, b) => a > b);
const lessOperation = predicate('less', 'Less', 'number', (a, b) => a < b);
const equalOperation = predicate('equal', 'Equal', 'number', (a, b) => a === b);
const notOperation = predicate('not', 'Not', 'bool', (a) => a === 0);
const andOperation = predicate('and', 'And', 'bool', (a, b) => a !== 0 && b !== 0);

/** a > b as `bool`, with broadcasting. No gradient. */
export function greater(a: Operand, b: Operand): Value {
  return apply(greaterOperation, [a, b], {});
}

/** a < b as `bool`, with broadcasting. No gradient. */
export function less(a: Operand, b: Operand): Value {
  return apply(lessOperation, [a, b], {});
}

/** a == b as `bool`, with broadcasting. No gradient. */
export function equal(a: Operand, b: Operand): Value {
  return apply(equalOperation, [a, b], {});
}

/** Whether `a` is false. */
export function not(a: Value): Value {
  return apply(notOperation, [a], {});
}

/** Whether both are true, with broadcasting. */
export function and(a: Value, b: Value): Value {
  return apply(andOperation, [a, b], {});
}
