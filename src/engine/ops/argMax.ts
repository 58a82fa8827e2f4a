import type { Value } from '../graph.ts';
import { ONNX_TYPE } from '../onnx/emitter.ts';
import { apply, type Operation } from '../operation.ts';
import { sizeOf } from '../tensor.ts';
import { emptyLike, normalizeAxis, requireType } from './broadcasting.ts';
import { reducedShape } from './reduction.ts';

const operation: Operation<{ readonly axis: number }> = {
  name: 'argMax',
  infer: (inputs, { axis }) => {
    requireType('argMax', inputs, 'float32');
    return { shape: reducedShape(inputs[0].shape, [axis], false), dtype: 'int32' };
  },
  differentiate: () => [undefined],
  toOnnx: (emitter, inputs, { axis }) =>
    emitter.node('Cast', [emitter.node('ArgMax', inputs, { axis, keepdims: 0 })], { to: ONNX_TYPE.int32 }),
  // Among equal elements TensorFlow takes the first, too: Eigen's reducer compares positions on a tie.
  toTensorFlow: ({ tf }, [x], { axis }) => tf.argMax(x, axis),
  evaluate: ([x], { axis }, outputs) => {
    const output = emptyLike(outputs[0]);
    const inner = sizeOf(x.shape.slice(axis + 1));
    const length = x.shape[axis];
    for (let flat = 0; flat < output.data.length; flat++) {
      const base = Math.floor(flat / inner) * length * inner + (flat % inner);
      let best = 0;
      for (let i = 1; i < length; i++) if (x.data[base + i * inner] > x.data[base + best * inner]) best = i;
      output.data[flat] = best;
    }
    return output;
  },
};

/** Position (int32) of the first largest element along an axis, which is removed. No gradient. */
export function argMax(x: Value, axis: number): Value {
  return apply(operation, [x], { axis: normalizeAxis('argMax', axis, x.shape) });
}
