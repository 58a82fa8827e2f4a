import { ShapeError } from '../errors.ts';
import type { Value } from '../graph.ts';
import { apply, type Operation } from '../operation.ts';
import { sizeOf } from '../tensor.ts';
import { emptyLike } from './broadcasting.ts';
import type { NoAttributes } from './elementwise.ts';
import { matmul } from './matmul.ts';
import { oneHot } from './oneHot.ts';
import { reshape } from './reshape.ts';
import { transpose } from './transpose.ts';

const operation: Operation<NoAttributes> = {
  name: 'gather',
  infer: ([table, indices]) => {
    if (indices.dtype !== 'int32' || table.shape.length === 0) {
      throw new ShapeError('gather', `expected a table and int32 indices, got ${indices.dtype}`, [
        table.shape,
        indices.shape,
      ]);
    }
    return { shape: [...indices.shape, ...table.shape.slice(1)], dtype: table.dtype };
  },
  // A row that is taken several times collects all their gradients: a product with the one-hot matrix.
  differentiate: ({ inputs: [table, indices] }, [dy]) => [
    () => {
      const [rows, taken, width] = [table.shape[0], sizeOf(indices.shape), sizeOf(table.shape.slice(1))];
      const selection = oneHot(reshape(indices, [taken]), rows);
      const scattered = matmul(transpose(selection, [1, 0]), reshape(dy!, [taken, width]));
      return reshape(scattered, table.shape);
    },
    undefined,
  ],
  toOnnx: (emitter, inputs) => emitter.node('Gather', inputs, { axis: 0 }),
  // Not tf.gather: in TensorFlow.js's package for Node it copies the indices to the host to look at them.
  toTensorFlow: ({ tf }, [table, indices]) => tf.gatherND(table, tf.reshape(indices, [...indices.shape, 1])),
  evaluate: ([table, indices], _, outputs) => {
    const output = emptyLike(outputs[0]);
    const width = sizeOf(table.shape.slice(1));
    indices.data.forEach((row, position) => {
      if (row < 0 || row >= table.shape[0]) throw new RangeError(`gather: there is no row ${row}.`);
      for (let i = 0; i < width; i++) output.data[position * width + i] = table.data[row * width + i]!;
    });
    return output;
  },
};

/** Rows of a table `[R, ...]` by int32 indices `[...]`: `[..., ...]`. */
export function gather(table: Value, indices: Value): Value {
  return apply(operation, [table, indices], {});
}
