import { ShapeError } from '../errors.ts';
import type { Value } from '../graph.ts';
import { apply, type Operation } from '../operation.ts';
import { formatShape, sameShape, type Shape } from '../tensor.ts';
import { broadcastIndices, broadcastShape, emptyLike, mapBroadcast, requireType } from './broadcasting.ts';
import { normalizeReduction, reducedShape, type Reduction, type ReductionOptions } from './reduction.ts';
import { reshape } from './reshape.ts';

// Summing and stretching are each other's gradient, which is why they share a file.

const sumOperation: Operation<Reduction> = {
  name: 'sum',
  infer: (inputs, { axes, keepDims }) => {
    requireType('sum', inputs, 'float32');
    return { shape: reducedShape(inputs[0].shape, axes, keepDims), dtype: 'float32' };
  },
  differentiate: ({ attributes: { axes }, inputs: [x] }, [dy]) => [
    () => broadcastTo(reshape(dy!, reducedShape(x.shape, axes, true)), x.shape),
  ],
  toOnnx: (emitter, inputs, { axes, keepDims }) => {
    // Neighbouring axes in one node, the rest in further ones: over N, H and W at once the CPU kernel is 6x slower.
    const groups: number[][] = [];
    for (const axis of [...axes].reverse()) {
      const group = groups.at(-1);
      if (group?.at(-1) === axis + 1) group.push(axis);
      else groups.push([axis]);
    }
    return groups.reduce(
      (name, group) =>
        emitter.node('ReduceSum', [name, emitter.int64s(group.reverse())], { keepdims: keepDims ? 1 : 0 }),
      inputs[0],
    );
  },
  toTensorFlow: ({ tf }, [x], { axes, keepDims }) => tf.sum(x, [...axes], keepDims),
  evaluate: ([x], { axes }, outputs) => {
    const output = emptyLike(outputs[0]);
    const positions = broadcastIndices(reducedShape(x.shape, axes, true), x.shape);
    positions.forEach((position, flat) => (output.data[position] += x.data[flat]));
    return output;
  },
};

/** Sum over the given axes (default: all). */
export function sum(x: Value, options: ReductionOptions = {}): Value {
  const reduction = normalizeReduction('sum', x.shape, options);
  return reduction.axes.length === 0 ? x : apply(sumOperation, [x], reduction);
}

const broadcastOperation: Operation<{ readonly shape: Shape }> = {
  name: 'broadcastTo',
  infer: ([x], { shape }) => {
    if (!sameShape(broadcastShape('broadcastTo', x.shape, shape), shape)) {
      throw new ShapeError('broadcastTo', `cannot be stretched to ${formatShape(shape)}`, [x.shape]);
    }
    return { shape, dtype: x.dtype };
  },
  differentiate: ({ inputs: [x] }, [dy]) => [() => sumTo(dy!, x.shape)],
  toOnnx: (emitter, inputs, { shape }) => emitter.node('Expand', [inputs[0], emitter.int64s(shape)]),
  toTensorFlow: ({ tf }, [x], { shape }) => tf.broadcastTo(x, [...shape]),
  evaluate: (inputs, _, outputs) => mapBroadcast(inputs, outputs[0], (value) => value),
};

/** x stretched to `shape` by NumPy's rule. */
export function broadcastTo(x: Value, shape: Shape): Value {
  return sameShape(x.shape, shape) ? x : apply(broadcastOperation, [x], { shape: [...shape] });
}

/** Adds up the axes along which an operand of `shape` was stretched: the gradient of broadcasting. */
export function sumTo(value: Value, shape: Shape): Value {
  if (sameShape(value.shape, shape)) return value;
  const lead = value.shape.length - shape.length;
  const axes = value.shape.flatMap((length, axis) =>
    axis < lead || (shape[axis - lead] === 1 && length !== 1) ? [axis] : [],
  );
  return reshape(axes.length > 0 ? sum(value, { axes, keepDims: true }) : value, shape);
}
