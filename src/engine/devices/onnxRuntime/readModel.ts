import { ONNX_TYPE } from '../../onnx/emitter.ts';
import { encodeModel } from '../../onnx/modelProto.ts';
import type { DType } from '../../tensor.ts';

/** A program `y = x` for tensors of one type and any shape. */
export function readModel(dtype: DType): Uint8Array {
  const tensorType = { elemType: ONNX_TYPE[dtype] };
  const identity = { opType: 'Identity', input: ['x'], output: ['y'], name: 'read' };
  const graph = {
    name: 'read',
    node: [{ ...identity, attribute: [], domain: '' }],
    initializer: [],
    input: [{ name: 'x', type: { tensorType } }],
    output: [{ name: 'y', type: { tensorType } }],
  };
  return encodeModel(graph, []);
}
