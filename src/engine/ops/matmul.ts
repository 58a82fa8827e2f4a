import { ShapeError } from '../errors.ts';
import type { Value } from '../graph.ts';
import { apply, type Operation } from '../operation.ts';
import type { Shape } from '../tensor.ts';
import { matrixProduct } from '../tensorflow/matrixProduct.ts';
import { broadcastIndices, broadcastShape, emptyLike, requireType } from './broadcasting.ts';
import type { NoAttributes } from './elementwise.ts';
import { sumTo } from './sum.ts';
import { transpose } from './transpose.ts';

const operation: Operation<NoAttributes> = {
  name: 'matmul',
  infer: (inputs) => {
    requireType('matmul', inputs, 'float32');
    const [a, b] = [inputs[0].shape, inputs[1].shape];
    if (a.length < 2 || b.length < 2 || a.at(-1) !== b.at(-2)) {
      throw new ShapeError('matmul', 'the last axis of the first must match the last but one of the second', [
        a,
        b,
      ]);
    }
    const batch = broadcastShape('matmul', a.slice(0, -2), b.slice(0, -2), [a, b]);
    return { shape: [...batch, a.at(-2)!, b.at(-1)!], dtype: 'float32' };
  },
  differentiate: ({ inputs: [a, b] }, [dy]) => [
    () => sumTo(matmul(dy!, swapLastAxes(b)), a.shape),
    () => sumTo(matmul(swapLastAxes(a), dy!), b.shape),
  ],
  toOnnx: (emitter, inputs) => emitter.node('MatMul', inputs),
  toTensorFlow: ({ tf }, [a, b], _, { outputs }) => matrixProduct(tf, a, b, outputs[0].shape),
  evaluate: ([a, b], _, outputs) => {
    const output = emptyLike(outputs[0]);
    const [rows, inner, columns] = [a.shape.at(-2)!, a.shape.at(-1)!, b.shape.at(-1)!];
    const batch: Shape = output.shape.slice(0, -2);
    const batchOfA = broadcastIndices(a.shape.slice(0, -2), batch);
    const batchOfB = broadcastIndices(b.shape.slice(0, -2), batch);
    for (let n = 0; n < batchOfA.length; n++) {
      const [startA, startB, start] = [
        batchOfA[n] * rows * inner,
        batchOfB[n] * inner * columns,
        n * rows * columns,
      ];
      for (let i = 0; i < rows; i++) {
        for (let j = 0; j < columns; j++) {
          let total = 0;
          for (let k = 0; k < inner; k++) {
            total += a.data[startA + i * inner + k] * b.data[startB + k * columns + j];
          }
          output.data[start + i * columns + j] = total;
        }
      }
    }
    return output;
  },
};

/** Matrix product of `[..., M, K]` and `[..., K, P]`: `[..., M, P]`, with broadcasting over the leading axes. */
export function matmul(a: Value, b: Value): Value {
  return apply(operation, [a, b], {});
}

/** The transposed matrix or matrices: `[..., M, K]` to `[..., K, M]`. */
export function swapLastAxes(x: Value): Value {
  const rank = x.shape.length;
  return transpose(x, [...Array.from({ length: rank - 2 }, (_, axis) => axis), rank - 1, rank - 2]);
}
