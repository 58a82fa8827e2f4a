import type * as tensorflow from '@tensorflow/tfjs-core';

/** TensorFlow.js as it was loaded; only its types are imported, since it is the person's to install. */
export type TensorFlow = typeof tensorflow;

export interface TensorFlowContext {
  readonly tf: TensorFlow;
  /** The layout of images that its convolution and pooling kernels take; ours is always `[N, C, H, W]`. */
  readonly layout: 'NCHW' | 'NHWC';
}
