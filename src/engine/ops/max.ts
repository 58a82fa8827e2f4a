import type { Value } from '../graph.ts';
import { apply, type Operation } from '../operation.ts';
import { broadcastIndices, emptyLike, requireType } from './broadcasting.ts';
import { cast } from './cast.ts';
import { equal } from './compare.ts';
import { div } from './div.ts';
import { mul } from './mul.ts';
import { normalizeReduction, reducedShape, type Reduction, type ReductionOptions } from './reduction.ts';
import { reshape } from './reshape.ts';
import { sum } from './sum.ts';

const operation: Operation<Reduction> = {
  name: 'max',
  infer: (inputs, { axes, keepDims }) => {
    requireType('max', inputs, 'float32');
    return { shape: reducedShape(inputs[0].shape, axes, keepDims), dtype: 'float32' };
  },
  // Equal maxima share the gradient, as in PyTorch's amax.
  differentiate: ({ attributes: { axes }, inputs: [x], outputs: [y] }, [dy]) => [
    () => {
      const kept = reducedShape(x.shape, axes, true);
      const isMaximum = cast(equal(x, reshape(y, kept)), 'float32');
      const count = sum(isMaximum, { axes, keepDims: true });
      return mul(isMaximum, div(reshape(dy!, kept), count));
    },
  ],
  toOnnx: (emitter, inputs, { axes, keepDims }) =>
    emitter.node('ReduceMax', [inputs[0], emitter.int64s(axes)], { keepdims: keepDims ? 1 : 0 }),
  toTensorFlow: ({ tf }, [x], { axes, keepDims }) => tf.max(x, [...axes], keepDims),
  evaluate: ([x], { axes }, outputs) => {
    const output = emptyLike(outputs[0]);
    output.data.fill(-Infinity);
    const positions = broadcastIndices(reducedShape(x.shape, axes, true), x.shape);
    positions.forEach((position, flat) => {
      output.data[position] = Math.max(output.data[position], x.data[flat]);
    });
    return output;
  },
};

/** Largest element over the given axes (default: all). */
export function max(x: Value, options: ReductionOptions = {}): Value {
  const reduction = normalizeReduction('max', x.shape, options);
  return reduction.axes.length === 0 ? x : apply(operation, [x], reduction);
}
