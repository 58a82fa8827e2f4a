import type { TensorType } from '../graph.ts';
import type { OnnxEmitter } from '../onnx/emitter.ts';
import type { Shape } from '../tensor.ts';
import type { ConvolutionAttributes, TransposedConvolutionAttributes } from './convolutionShapes.ts';

interface Types {
  readonly inputs: readonly TensorType[];
  readonly outputs: readonly TensorType[];
}

export function lowerConvolution(
  emitter: OnnxEmitter,
  inputs: readonly string[],
  { stride, padding, groups }: ConvolutionAttributes,
  types: Types,
): string {
  const [kernelHeight, kernelWidth] = types.inputs[1]!.shape.slice(2) as [number, number];
  return emitter.node('Conv', inputs, {
    kernel_shape: [kernelHeight, kernelWidth],
    strides: [stride, stride],
    pads: [padding, padding, padding, padding],
    group: groups,
  });
}

export function lowerTransposedConvolution(
  emitter: OnnxEmitter,
  [y, weight]: readonly string[],
  { stride, padding, groups, outputPadding }: TransposedConvolutionAttributes,
  types: Types,
): string {
  const kernel = types.inputs[1]!.shape.slice(2) as [number, number];
  const isPlain = stride === 1 && kernel.every((length) => length - 1 - padding >= 0);
  if (isPlain) {
    // At stride 1 the transpose is a convolution with flipped weights, which runs at twice ConvTranspose's speed.
    const [before0, before1] = kernel.map((length) => length - 1 - padding) as [number, number];
    return emitter.node('Conv', [y!, flippedWeights(emitter, weight!, types.inputs[1]!.shape, groups)], {
      kernel_shape: kernel,
      strides: [1, 1],
      pads: [before0, before1, before0, before1],
      group: groups,
    });
  }
  return emitter.node('ConvTranspose', [y!, weight!], {
    kernel_shape: kernel,
    strides: [stride, stride],
    pads: [padding, padding, padding, padding],
    output_padding: outputPadding,
    group: groups,
  });
}

/** `[O, C / g, KH, KW]` to `[C, O / g, KH, KW]` with both kernel axes reversed. */
function flippedWeights(emitter: OnnxEmitter, weight: string, shape: Shape, groups: number): string {
  const [outputs, perGroup, kernelHeight, kernelWidth] = shape as readonly [number, number, number, number];
  const area = kernelHeight * kernelWidth;
  let flipped = weight;
  if (area > 1) {
    const flat = emitter.node('Reshape', [weight, emitter.int64s([outputs * perGroup, area])]);
    flipped = emitter.node('Slice', [
      flat,
      emitter.int64s([-1]),
      emitter.int64s([-area - 1]),
      emitter.int64s([1]),
      emitter.int64s([-1]),
    ]);
  }
  const grouped = emitter.node('Reshape', [
    flipped,
    emitter.int64s([groups, outputs / groups, perGroup, area]),
  ]);
  const swapped = emitter.node('Transpose', [grouped], { perm: [0, 2, 1, 3] });
  return emitter.node('Reshape', [
    swapped,
    emitter.int64s([groups * perGroup, outputs / groups, kernelHeight, kernelWidth]),
  ]);
}

/** d loss / d weights from images `[N, C, H, W]` and output gradients `[N, O, H', W']`. */
export function lowerWeightGradient(
  emitter: OnnxEmitter,
  [x, dy]: readonly string[],
  { kernel, stride, padding, groups }: ConvolutionAttributes & { readonly kernel: readonly [number, number] },
  types: Types,
): string {
  const [images, gradients] = types.inputs.map((type) => type.shape) as [Shape, Shape];
  const isSame = stride === 1 && groups === 1 && kernel.every((length) => length === 2 * padding + 1);
  return isSame && kernel[0] > 1
    ? sameWeightGradient(emitter, x!, dy!, images, gradients, padding)
    : generalWeightGradient(emitter, x!, dy!, images, gradients, { kernel, stride, padding, groups });
}

/**
 * For stride 1 and "same" padding r, with k = 2 r + 1.
 *
 * All images lie in one long row a channel, r zeros behind each pixel row and r zero rows behind each image, so that
 * a shift of the kernel is a shift of the row. A shift (i, j) splits into i rows of x and -j columns of dy:
 *   dw[o, c, i, j] = sum_q dy[o, q - (j - r)] x[c, q + (i - r) Wp],
 * so k shifted copies of each and one product give all k^2 positions, instead of k^2 copies and products.
 */
function sameWeightGradient(
  emitter: OnnxEmitter,
  x: string,
  dy: string,
  images: Shape,
  gradients: Shape,
  radius: number,
): string {
  const [batch, channels, height, width] = images as readonly [number, number, number, number];
  const outputs = gradients[1]!;
  const kernel = 2 * radius + 1;
  const paddedWidth = width + radius;
  const length = batch * (height + radius) * paddedWidth;
  const zero = emitter.float(0);

  const asRows = (name: string, rows: number): string => {
    const padded = emitter.node('Pad', [name, emitter.int64s([0, 0, 0, 0, 0, 0, radius, radius]), zero]);
    const channelMajor = emitter.node('Transpose', [padded], { perm: [1, 0, 2, 3] });
    return emitter.node('Reshape', [channelMajor, emitter.int64s([rows, length])]);
  };
  /** Row element q becomes element q + by; what enters is zero. */
  const shifted = (name: string, by: number): string =>
    by === 0 ? name : emitter.node('Pad', [name, emitter.int64s([0, by, 0, -by]), zero]);

  const offsets = Array.from({ length: kernel }, (_, index) => index - radius);
  const xRow = asRows(x, channels);
  const dyRow = asRows(dy, outputs);
  const xStack = emitter.node(
    'Concat',
    offsets.map((i) => shifted(xRow, -i * paddedWidth)),
    { axis: 0 },
  );
  const dyStack = emitter.node(
    'Concat',
    offsets.map((j) => shifted(dyRow, j)),
    { axis: 0 },
  );
  // [k C, k O]: the longer side first, since the runtime packs the second operand.
  const product = emitter.node('Gemm', [xStack, dyStack], { transB: 1 });
  const byPosition = emitter.node('Reshape', [product, emitter.int64s([kernel, channels, kernel, outputs])]);
  return emitter.node('Transpose', [byPosition], { perm: [3, 1, 0, 2] });
}

/** One strided slice and one batched product for every kernel position. */
function generalWeightGradient(
  emitter: OnnxEmitter,
  x: string,
  dy: string,
  images: Shape,
  gradients: Shape,
  { kernel, stride, padding, groups }: ConvolutionAttributes & { readonly kernel: readonly [number, number] },
): string {
  const [batch, channels] = images as readonly [number, number, number, number];
  const [, outputs, height, width] = gradients as readonly [number, number, number, number];
  const positions = batch * height * width;
  const perGroup = channels / groups;

  const asGroups = (name: string, count: number): string => {
    const channelMajor = emitter.node('Transpose', [name], { perm: [1, 0, 2, 3] });
    return emitter.node('Reshape', [channelMajor, emitter.int64s([groups, count / groups, positions])]);
  };
  const padded =
    padding === 0
      ? x
      : emitter.node('Pad', [
          x,
          emitter.int64s([0, 0, padding, padding, 0, 0, padding, padding]),
          emitter.float(0),
        ]);
  const dyGroups = emitter.node('Transpose', [asGroups(dy, outputs)], { perm: [0, 2, 1] });

  const products: string[] = [];
  for (let i = 0; i < kernel[0]; i++) {
    for (let j = 0; j < kernel[1]; j++) {
      const window = emitter.node('Slice', [
        padded,
        emitter.int64s([i, j]),
        emitter.int64s([i + (height - 1) * stride + 1, j + (width - 1) * stride + 1]),
        emitter.int64s([2, 3]),
        emitter.int64s([stride, stride]),
      ]);
      const product = emitter.node('MatMul', [asGroups(window, channels), dyGroups]);
      products.push(
        emitter.node('Reshape', [product, emitter.int64s([1, groups, perGroup, outputs / groups])]),
      );
    }
  }
  const stacked = products.length === 1 ? products[0]! : emitter.node('Concat', products, { axis: 0 });
  // [KH KW, g, C / g, O / g] to [g, O / g, C / g, KH KW]
  const ordered = emitter.node('Transpose', [stacked], { perm: [1, 3, 2, 0] });
  return emitter.node('Reshape', [ordered, emitter.int64s([outputs, perGroup, ...kernel])]);
}
