import type { Value } from '../graph.ts';
import { apply, type Operand } from '../operation.ts';
import { predicate } from './elementwise.ts';

const greaterOperation = predicate({
  name: 'greater',
  onnx: 'Greater',
  tensorFlow: (tf, [a, b]) => tf.greater(a, b),
  operandType: 'number',
  compute: (a, b) => a > b,
});

const lessOperation = predicate({
  name: 'less',
  onnx: 'Less',
  tensorFlow: (tf, [a, b]) => tf.less(a, b),
  operandType: 'number',
  compute: (a, b) => a < b,
});

const equalOperation = predicate({
  name: 'equal',
  onnx: 'Equal',
  tensorFlow: (tf, [a, b]) => tf.equal(a, b),
  operandType: 'number',
  compute: (a, b) => a === b,
});

const notOperation = predicate({
  name: 'not',
  onnx: 'Not',
  tensorFlow: (tf, [a]) => tf.logicalNot(a),
  operandType: 'bool',
  compute: (a) => a === 0,
});

const andOperation = predicate({
  name: 'and',
  onnx: 'And',
  tensorFlow: (tf, [a, b]) => tf.logicalAnd(a, b),
  operandType: 'bool',
  compute: (a, b) => a !== 0 && b !== 0,
});

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
