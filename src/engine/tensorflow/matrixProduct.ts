import type { Tensor } from '@tensorflow/tfjs-core';
import { sameShape, sizeOf, type Shape } from '../tensor.ts';
import type { TensorFlow } from './tensorFlowContext.ts';

/**
 * Product of `[..., M, K]` and `[..., K, P]`, with broadcasting over the leading axes.
 *
 * @param shape the result's: `[..., M, P]`
 */
export function matrixProduct(tf: TensorFlow, a: Tensor, b: Tensor, shape: Shape): Tensor {
  const [batchOfA, batchOfB, batch] = [a.shape, b.shape, shape].map((whole) => whole.slice(0, -2));
  const [rows, inner, columns] = [a.shape.at(-2)!, a.shape.at(-1)!, b.shape.at(-1)!];
  // One large product instead of many small ones where all share the second factor.
  if (sizeOf(batchOfB) === 1) {
    const stacked = tf.reshape(a, [sizeOf(batchOfA) * rows, inner]);
    return tf.reshape(tf.matMul(stacked, tf.reshape(b, [inner, columns])), [...shape]);
  }
  // TensorFlow.js's CPU backend pairs matrices in turn, which is not broadcasting where both factors are stretched.
  const stretched = (x: Tensor, own: Shape): Tensor =>
    sizeOf(own) === 1 || sameShape(own, batch) ? x : tf.broadcastTo(x, [...batch, ...x.shape.slice(-2)]);
  return tf.reshape(tf.matMul(stretched(a, batchOfA), stretched(b, batchOfB)), [...shape]);
}
