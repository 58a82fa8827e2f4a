import type { Tensor } from '@tensorflow/tfjs-core';
import type { TensorFlow } from './tensorFlowContext.ts';

/** x_k - log sum_j exp(x_j) along any axis; TensorFlow.js's own takes the last one only. */
export function logSoftmaxOf(tf: TensorFlow, x: Tensor, axis: number): Tensor {
  const shifted = tf.sub(x, tf.max(x, axis, true));
  return tf.sub(shifted, tf.log(tf.sum(tf.exp(shifted), axis, true)));
}
