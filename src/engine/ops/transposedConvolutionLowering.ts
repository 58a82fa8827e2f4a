import type { OnnxEmitter } from '../onnx/emitter.ts';
import type { Shape } from '../tensor.ts';
import type { TransposedConvolutionAttributes } from './convolutionShapes.ts';
import type { NodeTypes } from './nodeTypes.ts';
import { permutationMatrix } from './permutationMatrix.ts';
import { winogradGeometry } from './winogradGeometry.ts';
import { winogradInputGradient } from './winogradLowering.ts';

export function lowerTransposedConvolution(
  emitter: OnnxEmitter,
  [y, weight]: readonly string[],
  { stride, padding, groups, outputPadding }: TransposedConvolutionAttributes,
  types: NodeTypes,
): string {
  const kernel = types.inputs[1].shape.slice(2) as [number, number];
  const geometry = winogradGeometry(
    emitter,
    { images: types.outputs[0].shape, kernel, results: types.inputs[0].shape },
    { stride, padding, groups },
    stride === 1 && emitter.isConstant(weight) ? 'fast' : 'plain',
  );
  if (geometry) return winogradInputGradient(emitter, y, weight, geometry);
  const isPlain = stride === 1 && kernel.every((length) => length - 1 - padding >= 0);
  if (isPlain) {
    // At stride 1 the transpose is a convolution with flipped weights, which runs at twice ConvTranspose's speed.
    const [before0, before1] = kernel.map((length) => length - 1 - padding) as [number, number];
    return emitter.node('Conv', [y, flippedWeights(emitter, weight, types.inputs[1].shape, groups)], {
      kernel_shape: kernel,
      strides: [1, 1],
      pads: [before0, before1, before0, before1],
      group: groups,
    });
  }
  return emitter.node('ConvTranspose', [y, weight], {
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
    // A reversing Slice copies element by element; this product is four times as fast.
    flipped = emitter.node('MatMul', [flat, permutationMatrix(emitter, area, (i) => area - 1 - i)]);
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
