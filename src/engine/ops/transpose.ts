import { ShapeError } from '../errors.ts';
import type { Value } from '../graph.ts';
import { apply, type Operation } from '../operation.ts';
import { stridesOf } from '../tensor.ts';
import { emptyLike, stridedIndices } from './broadcasting.ts';

const operation: Operation<{ readonly permutation: readonly number[] }> = {
  name: 'transpose',
  infer: ([x], { permutation }) => {
    const sorted = [...permutation].sort((a, b) => a - b);
    if (sorted.length !== x.shape.length || sorted.some((axis, index) => axis !== index)) {
      throw new ShapeError('transpose', `[${permutation.join(', ')}] is no order of the axes`, [x.shape]);
    }
    return { shape: permutation.map((axis) => x.shape[axis]), dtype: x.dtype };
  },
  differentiate: ({ attributes: { permutation } }, [dy]) => [
    () =>
      transpose(
        dy!,
        permutation.map((_, axis) => permutation.indexOf(axis)),
      ),
  ],
  toOnnx: (emitter, inputs, { permutation }) => emitter.node('Transpose', inputs, { perm: permutation }),
  toTensorFlow: ({ tf }, [x], { permutation }) => tf.transpose(x, [...permutation]),
  evaluate: ([x], { permutation }, outputs) => {
    const output = emptyLike(outputs[0]);
    const strides = stridesOf(x.shape);
    const positions = stridedIndices(
      output.shape,
      permutation.map((axis) => strides[axis]),
    );
    positions.forEach((position, flat) => (output.data[flat] = x.data[position]!));
    return output;
  },
};

/** Axis `a` of the result is axis `permutation[a]` of x. */
export function transpose(x: Value, permutation: readonly number[]): Value {
  return permutation.every((axis, index) => axis === index) && permutation.length === x.shape.length
    ? x
    : apply(operation, [x], { permutation: [...permutation] });
}
