import type { Value } from '../graph.ts';
import { apply, type Operation } from '../operation.ts';
import { logSoftmaxOf } from '../tensorflow/logSoftmaxOf.ts';
import { normalizeAxis, requireType } from './broadcasting.ts';
import { exp } from './exp.ts';
import { mul } from './mul.ts';
import { softmaxReference } from './softmaxReference.ts';
import { sub } from './sub.ts';
import { sum } from './sum.ts';

const operation: Operation<{ readonly axis: number }> = {
  name: 'logSoftmax',
  infer: (inputs) => {
    requireType('logSoftmax', inputs, 'float32');
    return inputs[0];
  },
  differentiate: ({ attributes: { axis }, outputs: [y] }, [dy]) => [
    () => sub(dy!, mul(exp(y), sum(dy!, { axes: [axis], keepDims: true }))),
  ],
  toOnnx: (emitter, inputs, { axis }) => emitter.node('LogSoftmax', inputs, { axis }),
  toTensorFlow: ({ tf }, [x], { axis }) => logSoftmaxOf(tf, x, axis),
  evaluate: ([x], { axis }, outputs) =>
    softmaxReference(x, axis, outputs[0], (shifted, logTotal) => shifted - logTotal),
};

/** x_k - log sum_j exp(x_j) along an axis. */
export function logSoftmax(x: Value, axis = -1): Value {
  return apply(operation, [x], { axis: normalizeAxis('logSoftmax', axis, x.shape) });
}
