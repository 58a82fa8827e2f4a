import type { Value } from '../graph.ts';
import { apply, type Operation } from '../operation.ts';
import { mapBroadcast, requireType } from './broadcasting.ts';
import { equal } from './compare.ts';
import { where } from './where.ts';

const operation: Operation<{ readonly low: number; readonly high: number }> = {
  name: 'clip',
  infer: (inputs) => {
    requireType('clip', inputs, 'float32');
    return inputs[0];
  },
  differentiate: ({ inputs: [x], outputs: [y] }, [dy]) => [() => where(equal(x, y), dy!, 0)],
  toOnnx: (emitter, inputs, { low, high }) =>
    emitter.node('Clip', [inputs[0], emitter.float(low), emitter.float(high)]),
  toTensorFlow: ({ tf }, [x], { low, high }) => tf.minimum(tf.maximum(x, low), high),
  evaluate: (inputs, { low, high }, outputs) =>
    mapBroadcast(inputs, outputs[0], (x) => Math.min(Math.max(x, low), high)),
};

/** x limited to [low, high]; no gradient where x lies outside (PyTorch's clamp). */
export function clip(x: Value, low: number, high: number): Value {
  return apply(operation, [x], { low, high });
}
