import type { Value } from '../graph.ts';
import { apply, type Operation } from '../operation.ts';
import { logSoftmaxOf } from '../tensorflow/logSoftmaxOf.ts';
import { normalizeAxis, requireType } from './broadcasting.ts';
import { mul } from './mul.ts';
import { softmaxReference } from './softmaxReference.ts';
import { sub } from './sub.ts';
import { sum } from './sum.ts';

const operation: Operation<{ readonly axis: number }> = {
  name: 'softmax',
  infer: (inputs) => {
    requireType('softmax', inputs, 'float32');
    return inputs[0];
  },
  differentiate: ({ attributes: { axis }, outputs: [y] }, [dy]) => [
    () => mul(y, sub(dy!, sum(mul(dy!, y), { axes: [axis], keepDims: true }))),
  ],
  toOnnx: (emitter, inputs, { axis }) => emitter.node('Softmax', inputs, { axis }),
  // TensorFlow's kernel knows the last axis only.
  toTensorFlow: ({ tf }, [x], { axis }) =>
    axis === x.rank - 1 ? tf.softmax(x) : tf.exp(logSoftmaxOf(tf, x, axis)),
  evaluate: ([x], { axis }, outputs) =>
    softmaxReference(x, axis, outputs[0], (shifted, logTotal) => Math.exp(shifted - logTotal)),
};

/** exp(x_k) / sum_j exp(x_j) along an axis. */
export function softmax(x: Value, axis = -1): Value {
  return apply(operation, [x], { axis: normalizeAxis('softmax', axis, x.shape) });
}
