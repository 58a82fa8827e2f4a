import type { OnnxEmitter } from '../onnx/emitter.ts';
import type { ConvolutionAttributes } from './convolutionShapes.ts';
import type { NodeTypes } from './nodeTypes.ts';

export function lowerConvolution(
  emitter: OnnxEmitter,
  inputs: readonly string[],
  { stride, padding, groups }: ConvolutionAttributes,
  types: NodeTypes,
): string {
  const [kernelHeight, kernelWidth] = types.inputs[1].shape.slice(2) as [number, number];
  return emitter.node('Conv', inputs, {
    kernel_shape: [kernelHeight, kernelWidth],
    strides: [stride, stride],
    pads: [padding, padding, padding, padding],
    group: groups,
  });
}
