import type { Tensor, Tensor4D } from '@tensorflow/tfjs-core';
import type { PoolAttributes } from '../ops/maxPool2d.ts';
import type { TensorFlow } from './tensorFlowContext.ts';
import { channelsFirst, channelsLast, padded } from './tensorFlowLayout.ts';

/**
 * Largest element of each window of `[N, C, H, W]`. TensorFlow.js pools `[N, H, W, C]` only, on every backend, and
 * pads like "SAME" or not at all.
 *
 * @param lowest stands for the padding, which must not win
 */
export function maxPool(
  tf: TensorFlow,
  x: Tensor,
  { kernel, stride, padding }: PoolAttributes,
  lowest: number,
): Tensor {
  const images = channelsLast(tf, padded(tf, x, padding, lowest)) as Tensor4D;
  return channelsFirst(tf, tf.maxPool(images, kernel, stride, 'valid'));
}
