import type { OnnxEmitter } from '../onnx/emitter.ts';
import type { ConvolutionAttributes } from './convolutionShapes.ts';
import type { NodeTypes } from './nodeTypes.ts';
import { winogradGeometry } from './winogradGeometry.ts';
import { winogradConvolution } from './winogradLowering.ts';

export function lowerConvolution(
  emitter: OnnxEmitter,
  inputs: readonly string[],
  { stride, padding, groups }: ConvolutionAttributes,
  types: NodeTypes,
): string {
  const kernel = types.inputs[1].shape.slice(2);
  const geometry = winogradGeometry(
    emitter,
    { images: types.inputs[0].shape, kernel, results: types.outputs[0].shape },
    { stride, padding, groups },
    emitter.isConstant(inputs[1]) ? 'fast' : 'plain',
  );
  if (geometry) {
    const y = winogradConvolution(emitter, inputs[0], inputs[1], geometry);
    const bias = inputs.at(2);
    if (bias === undefined) return y;
    return emitter.node('Add', [y, emitter.node('Reshape', [bias, emitter.int64s([1, -1, 1, 1])])]);
  }
  return emitter.node('Conv', inputs, {
    kernel_shape: kernel,
    strides: [stride, stride],
    pads: [padding, padding, padding, padding],
    group: groups,
  });
}
