import type { Tensor, Tensor4D } from '@tensorflow/tfjs-core';
import type { ConvolutionAttributes } from '../ops/convolutionShapes.ts';
import type { Shape } from '../tensor.ts';
import type { TensorFlow } from './tensorFlowContext.ts';
import { channelsFirst, channelsLast, cropped, padded } from './tensorFlowLayout.ts';

// Convolutions of every channel by itself. TensorFlow.js's kernels for them take [N, H, W, C] on every backend, and
// weights as [KH, KW, C, M], M outputs a channel, where ours are [C M, 1, KH, KW].

const UNPADDED = { pad: 'valid', dilations: [1, 1], dimRoundingMode: 'floor' };

/** `[N, C, H, W]` to `[N, C M, H', W']`. */
export function depthwiseConvolve(
  tf: TensorFlow,
  x: Tensor,
  weight: Tensor,
  { stride, padding }: ConvolutionAttributes,
): Tensor {
  const images = channelsLast(tf, padded(tf, x, padding)) as Tensor4D;
  const filter = filterOf(tf, weight, images.shape[3]);
  const y = tf
    .engine()
    .runKernel<Tensor>(
      'DepthwiseConv2dNative',
      { x: images, filter },
      { ...UNPADDED, strides: [stride, stride] },
    );
  return channelsFirst(tf, y);
}

/** d loss / d images, of `shape`, from d loss / d output. */
export function depthwiseImageGradient(
  tf: TensorFlow,
  dy: Tensor,
  weight: Tensor,
  shape: Shape,
  { stride, padding }: ConvolutionAttributes,
): Tensor {
  const [batch, channels, height, width] = shape as readonly [number, number, number, number];
  const gradient = tf.engine().runKernel<Tensor>(
    'DepthwiseConv2dNativeBackpropInput',
    { dy: channelsLast(tf, dy), filter: filterOf(tf, weight, channels) },
    {
      ...UNPADDED,
      strides: [stride, stride],
      inputShape: [batch, height + 2 * padding, width + 2 * padding, channels],
    },
  );
  return cropped(tf, channelsFirst(tf, gradient), shape, padding);
}

function filterOf(tf: TensorFlow, weight: Tensor, channels: number): Tensor {
  const [outputs, , kernelHeight, kernelWidth] = weight.shape as [number, number, number, number];
  const apart = tf.reshape(weight, [channels, outputs / channels, kernelHeight, kernelWidth]);
  return tf.transpose(apart, [2, 3, 0, 1]);
}
