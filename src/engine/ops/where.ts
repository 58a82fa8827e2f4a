import { ShapeError } from '../errors.ts';
import type { Value } from '../graph.ts';
import { apply, type Operand, type Operation } from '../operation.ts';
import { broadcastShape, mapBroadcast } from './broadcasting.ts';
import type { NoAttributes } from './elementwise.ts';
import { sumTo } from './sum.ts';

const operation: Operation<NoAttributes> = {
  name: 'where',
  infer: (inputs) => {
    const [condition, a, b] = [inputs[0]!, inputs[1]!, inputs[2]!];
    if (condition.dtype !== 'bool' || a.dtype !== b.dtype) {
      const types = `${condition.dtype}, ${a.dtype} and ${b.dtype}`;
      throw new ShapeError('where', `expected bool and two operands of one type, got ${types}`, [
        condition.shape,
        a.shape,
        b.shape,
      ]);
    }
    const shape = broadcastShape('where', broadcastShape('where', condition.shape, a.shape), b.shape);
    return { shape, dtype: a.dtype };
  },
  differentiate: ({ inputs: [condition, a, b] }, [dy]) => [
    undefined,
    () => sumTo(where(condition!, dy!, 0), a!.shape),
    () => sumTo(where(condition!, 0, dy!), b!.shape),
  ],
  lower: (emitter, inputs) => emitter.node('Where', inputs),
  evaluate: (inputs, _, outputs) =>
    mapBroadcast(inputs, outputs[0]!, (condition, a, b) => (condition ? a! : b!)),
};

/** a where the condition holds, b elsewhere, with broadcasting. */
export function where(condition: Value, a: Operand, b: Operand): Value {
  return apply(operation, [condition, a, b], {});
}
