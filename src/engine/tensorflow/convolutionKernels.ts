import type { Tensor } from '@tensorflow/tfjs-core';
import { windowCount, type ConvolutionAttributes } from '../ops/convolutionShapes.ts';
import type { Shape } from '../tensor.ts';
import { depthwiseConvolve, depthwiseImageGradient } from './depthwiseKernels.ts';
import type { TensorFlowContext } from './tensorFlowContext.ts';
import { cropped, fromLayout, padded, paddingOf, toLayout } from './tensorFlowLayout.ts';

// Images are [N, C, H, W] and weights [O, C / groups, KH, KW]; TensorFlow wants weights as [KH, KW, C / groups, O].
// The kernels are called by name: the functions around them check shapes, which we have done, and do not offer all.

/** Cross-correlation: `[N, C, H, W]` to `[N, O, H', W']`; the bias is `[O]`. */
export function convolve(
  given: TensorFlowContext,
  { x, weight, bias }: { readonly x: Tensor; readonly weight: Tensor; readonly bias: Tensor | undefined },
  attributes: ConvolutionAttributes,
): Tensor {
  const { stride, padding, groups } = attributes;
  const context = forStride(given, stride);
  const { tf, layout } = context;
  const images: Shape = x.shape;
  const y = isDepthwise(images[1], groups)
    ? depthwiseConvolve(tf, x, weight, attributes)
    : fromLayout(
        context,
        perGroup(
          context,
          groups,
          [
            [toLayout(context, x), channelAxis(context)],
            [tf.transpose(weight, [2, 3, 1, 0]), 3],
          ],
          channelAxis(context),
          ([ofGroup, filter]) =>
            tf.engine().runKernel<Tensor>(
              'Conv2D',
              { x: ofGroup, filter },
              {
                strides: [stride, stride],
                pad: paddingOf(layout, padding),
                dataFormat: layout,
                dilations: [1, 1],
              },
            ),
        ),
      );
  return bias ? tf.add(y, tf.reshape(bias, [bias.size, 1, 1])) : y;
}

/**
 * The transpose of a convolution: d loss / d images from d loss / d output.
 *
 * @param operands dy `[N, O, H', W']`, weight `[O, C / groups, KH, KW]`, and the shape of the images
 */
export function imageGradient(
  given: TensorFlowContext,
  { dy, weight, shape }: { readonly dy: Tensor; readonly weight: Tensor; readonly shape: Shape },
  attributes: ConvolutionAttributes,
): Tensor {
  const { stride, padding, groups } = attributes;
  const context = forStride(given, stride);
  const { tf, layout } = context;
  if (isDepthwise(shape[1], groups)) return depthwiseImageGradient(tf, dy, weight, shape, attributes);
  const isSame = isSamePadding(shape, weight.shape, attributes);
  const extra = isSame ? 0 : 2 * padding;
  const [batch, channels, height, width] = [shape[0], shape[1] / groups, shape[2] + extra, shape[3] + extra];
  const gradient = perGroup(
    context,
    groups,
    [
      [toLayout(context, dy), channelAxis(context)],
      [tf.transpose(weight, [2, 3, 1, 0]), 3],
    ],
    channelAxis(context),
    ([upstream, filter]) =>
      tf.engine().runKernel<Tensor>(
        'Conv2DBackpropInput',
        { dy: upstream, filter },
        {
          strides: [stride, stride],
          pad: isSame ? 'same' : 'valid',
          dataFormat: layout,
          inputShape: layout === 'NCHW' ? [batch, channels, height, width] : [batch, height, width, channels],
        },
      ),
  );
  const images = fromLayout(context, gradient);
  return isSame ? images : cropped(tf, images, shape, padding);
}

/** d loss / d weights `[O, C / groups, KH, KW]` from images `[N, C, H, W]` and d loss / d output `[N, O, H', W']`. */
export function weightGradientOf(
  given: TensorFlowContext,
  { x, dy }: { readonly x: Tensor; readonly dy: Tensor },
  attributes: ConvolutionAttributes & { readonly kernel: readonly [number, number] },
): Tensor {
  const { stride, padding, groups, kernel } = attributes;
  const context = forStride(given, stride);
  const { tf, layout } = context;
  const [images, results]: readonly Shape[] = [x.shape, dy.shape];
  const [inputs, outputs] = [images[1] / groups, results[1] / groups];
  const isSame = isSamePadding(images, [outputs, inputs, ...kernel], attributes);
  const gradient = perGroup(
    context,
    groups,
    [
      [toLayout(context, isSame ? x : padded(tf, x, padding)), channelAxis(context)],
      [toLayout(context, dy), channelAxis(context)],
    ],
    3,
    ([ofGroup, upstream]) =>
      tf.engine().runKernel<Tensor>(
        'Conv2DBackpropFilter',
        { x: ofGroup, dy: upstream },
        {
          strides: [stride, stride],
          pad: isSame ? 'same' : 'valid',
          dataFormat: layout,
          filterShape: [...kernel, inputs, outputs],
        },
      ),
  );
  return tf.transpose(gradient, [3, 2, 0, 1]);
}

/**
 * The context for convolutions of a stride. The package for Node gives TensorFlow strides as `[1, stride, stride, 1]`
 * whatever the layout is (`tfjs-node/src/kernels/Conv2D.ts`), which is right for `[N, H, W, C]` and for strides of 1.
 */
function forStride(context: TensorFlowContext, stride: number): TensorFlowContext {
  return stride === 1 ? context : { ...context, layout: 'NHWC' };
}

/**
 * Every channel by itself: groups have one channel each, for which TensorFlow has kernels that need no splitting. That
 * of the weights' gradient is not among those that give the same bytes again, and is not used.
 */
function isDepthwise(channels: number, groups: number): boolean {
  return groups > 1 && channels === groups;
}

/**
 * Whether TensorFlow's "SAME" is the padding asked for. It pads just as much as ceil(length / stride) windows need, an
 * odd element behind. Gradients know nothing else, or no padding at all; everything else is padded beforehand.
 */
function isSamePadding(
  images: Shape,
  weight: Shape,
  { stride, padding }: Pick<ConvolutionAttributes, 'stride' | 'padding'>,
): boolean {
  return [2, 3].every((axis) => {
    const [length, kernel] = [images[axis], weight[axis]];
    const windows = Math.ceil(length / stride);
    const total = Math.max((windows - 1) * stride + kernel - length, 0);
    const isCount = windows === windowCount(length, kernel, stride, padding);
    return isCount && Math.floor(total / 2) === padding;
  });
}

function channelAxis({ layout }: TensorFlowContext): number {
  return layout === 'NCHW' ? 1 : 3;
}

/** Runs a kernel on each group's part of the operands, which are split along the given axes, and joins the results. */
function perGroup(
  { tf }: TensorFlowContext,
  groups: number,
  operands: readonly (readonly [tensor: Tensor, axis: number])[],
  resultAxis: number,
  run: (parts: readonly Tensor[]) => Tensor,
): Tensor {
  if (groups === 1) return run(operands.map(([tensor]) => tensor));
  const parts = operands.map(([tensor, axis]) => tf.split(tensor, groups, axis));
  const results = Array.from({ length: groups }, (_, group) => run(parts.map((ofOne) => ofOne[group])));
  return tf.concat(results, resultAxis);
}
