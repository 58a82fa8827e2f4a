import type { Tensor } from '@tensorflow/tfjs-core';
import type { Shape } from '../tensor.ts';
import type { TensorFlow, TensorFlowContext } from './tensorFlowContext.ts';

/** `[N, C, H, W]` as the context's kernels take it. */
export function toLayout({ tf, layout }: TensorFlowContext, images: Tensor): Tensor {
  return layout === 'NCHW' ? images : channelsLast(tf, images);
}

/** What the context's kernels give, as `[N, C, H, W]`. */
export function fromLayout({ tf, layout }: TensorFlowContext, images: Tensor): Tensor {
  return layout === 'NCHW' ? images : channelsFirst(tf, images);
}

/** `[N, C, H, W]` as `[N, H, W, C]`. */
export function channelsLast(tf: TensorFlow, images: Tensor): Tensor {
  return tf.transpose(images, [0, 2, 3, 1]);
}

/** `[N, H, W, C]` as `[N, C, H, W]`. */
export function channelsFirst(tf: TensorFlow, images: Tensor): Tensor {
  return tf.transpose(images, [0, 3, 1, 2]);
}

/** The padding of height and width as a forward convolution's kernel takes it, per axis before and behind. */
export function paddingOf(layout: TensorFlowContext['layout'], padding: number): [number, number][] {
  const [none, ends]: [number, number][] = [
    [0, 0],
    [padding, padding],
  ];
  return layout === 'NCHW' ? [none, none, ends, ends] : [none, ends, ends, none];
}

/** `[N, C, H, W]` with `padding` rows and columns of a value on every side. */
export function padded(tf: TensorFlow, images: Tensor, padding: number, value = 0): Tensor {
  return padding === 0 ? images : tf.pad(images, paddingOf('NCHW', padding), value);
}

/** Takes `padding` rows and columns away again: `[N, C, H, W]` of `shape`. */
export function cropped(tf: TensorFlow, images: Tensor, shape: Shape, padding: number): Tensor {
  return padding === 0 ? images : tf.slice(images, [0, 0, padding, padding], [...shape]);
}
