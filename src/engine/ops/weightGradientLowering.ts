import type { OnnxEmitter } from '../onnx/emitter.ts';
import type { Shape } from '../tensor.ts';
import type { ConvolutionAttributes } from './convolutionShapes.ts';
import type { NodeTypes } from './nodeTypes.ts';
import { channelMajor, halvingWeightGradient, sameWeightGradient } from './shiftedWeightGradients.ts';
import { winogradGeometry } from './winogradGeometry.ts';
import { winogradWeightGradient } from './winogradLowering.ts';

/** d loss / d weights from images `[N, C, H, W]` and output gradients `[N, O, H', W']`. */
export function lowerWeightGradient(
  emitter: OnnxEmitter,
  [x, dy]: readonly string[],
  { kernel, stride, padding, groups }: ConvolutionAttributes & { readonly kernel: readonly [number, number] },
  types: NodeTypes,
): string {
  const [images, gradients] = types.inputs.map((type) => type.shape) as [Shape, Shape];
  const convolution = { images, kernel, results: gradients };
  const geometry = winogradGeometry(emitter, convolution, { stride, padding, groups });
  if (geometry) return winogradWeightGradient(emitter, x, dy, geometry);
  const isSame = groups === 1 && kernel.every((length) => length === 2 * padding + 1) && padding > 0;
  if (isSame && stride === 1) return sameWeightGradient(emitter, x, dy, images, gradients, padding);
  if (isSame && stride === 2 && padding === 1)
    return halvingWeightGradient(emitter, x, dy, images, gradients);
  return generalWeightGradient(emitter, x, dy, images, gradients, { kernel, stride, padding, groups });
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
    return emitter.node('Reshape', [
      channelMajor(emitter, name),
      emitter.int64s([groups, count / groups, positions]),
    ]);
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
  const stacked = products.length === 1 ? products[0] : emitter.node('Concat', products, { axis: 0 });
  // [KH KW, g, C / g, O / g] to [g, O / g, C / g, KH KW]
  const ordered = emitter.node('Transpose', [stacked], { perm: [1, 3, 2, 0] });
  return emitter.node('Reshape', [ordered, emitter.int64s([outputs, perGroup, ...kernel])]);
}
