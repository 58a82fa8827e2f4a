import type { Value } from '../graph.ts';
import { apply, type Operand, type Operation } from '../operation.ts';
import { broadcastShape, mapBroadcast, requireFit } from './broadcasting.ts';
import type { NoAttributes } from './elementwise.ts';
import { sumTo } from './sum.ts';

const operation: Operation<NoAttributes> = {
  name: 'where',
  infer: (inputs) => {
    const [condition, a, b] = [inputs[0], inputs[1], inputs[2]];
    const types = `${condition.dtype}, ${a.dtype} and ${b.dtype}`;
    const fits = condition.dtype === 'bool' && a.dtype === b.dtype;
    requireFit('where', fits, `expected bool and two operands of one type, got ${types}`, inputs);
    const shapes = inputs.map((input) => input.shape);
    return {
      shape: shapes.reduce((left, right) => broadcastShape('where', left, right, shapes)),
      dtype: a.dtype,
    };
  },
  differentiate: ({ inputs: [condition, a, b] }, [dy]) => [
    undefined,
    () => sumTo(where(condition, dy!, 0), a.shape),
    () => sumTo(where(condition, 0, dy!), b.shape),
  ],
  toOnnx: (emitter, inputs) => emitter.node('Where', inputs),
  toTensorFlow: ({ tf }, [condition, a, b]) => tf.where(condition, a, b),
  evaluate: (inputs, _, outputs) =>
    mapBroadcast(inputs, outputs[0], (condition, a, b) => (condition ? a : b)),
};

/** a where the condition holds, b elsewhere, with broadcasting. */
export function where(condition: Value, a: Operand, b: Operand): Value {
  return apply(operation, [condition, a, b], {});
}
