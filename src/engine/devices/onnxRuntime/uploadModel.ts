import * as ort from 'onnxruntime-node';
import { deviceData, ONNX_TYPE, OnnxEmitter, valueInfo } from '../../onnx/emitter.ts';
import { encodeModel, type NodeProto, type ValueInfoProto } from '../../onnx/modelProto.ts';
import type { DType, HostTensor } from '../../tensor.ts';

/** Names of the upload program's inputs and outputs. */
export const UPLOAD = {
  packed: 'packed',
  shape: 'shape',
  tally: 'tally',
  tensor: 'tensor',
  nextTally: 'nextTally',
} as const;

/**
 * A program that unpacks a tensor of any shape from `packed` `[size + 1]`, whose last element is a stamp, and adds that
 * stamp to `tally`. Tensor and stamp come in one buffer, so that neither arrives without the other.
 */
export function uploadModel(dtype: DType): Uint8Array {
  const emitter = new OnnxEmitter('webgpu');
  const slice = (start: number, end: number): string =>
    emitter.node('Slice', [
      UPLOAD.packed,
      emitter.int64s([start]),
      emitter.int64s([end]),
      emitter.int64s([0]),
    ]);
  let elements = slice(0, -1);
  if (dtype === 'bool') elements = emitter.node('Cast', [elements], { to: ONNX_TYPE.bool });
  const last = emitter.node('Reshape', [slice(-1, Number.MAX_SAFE_INTEGER), emitter.int64s([])]);
  const stamp = emitter.node('Cast', [last], { to: ONNX_TYPE.float32 });
  const nodes = [
    ...emitter.nodes,
    {
      ...named('Reshape', [elements, UPLOAD.shape], UPLOAD.tensor),
      // A length of 0 is a length, not that of the operand.
      attribute: [{ name: 'allowzero', type: 2, i: 1 }],
    },
    named('Add', [UPLOAD.tally, stamp], UPLOAD.nextTally),
  ];
  const number = (name: string): ValueInfoProto => valueInfo(name, { shape: [], dtype: 'float32' });
  return encodeModel(
    {
      name: 'upload',
      node: nodes,
      initializer: emitter.initializers,
      input: [
        anyShape(UPLOAD.packed, ONNX_TYPE[packedType(dtype)]),
        anyShape(UPLOAD.shape, ONNX_TYPE.int64),
        number(UPLOAD.tally),
      ],
      output: [anyShape(UPLOAD.tensor, ONNX_TYPE[dtype]), number(UPLOAD.nextTally)],
    },
    emitter.domains,
  );
}

/** What the program is fed beside its tally. */
export function uploadFeeds(tensor: HostTensor, stamp: number): Record<string, ort.Tensor> {
  const data = deviceData(tensor);
  const type = packedType(tensor.dtype);
  const packed = type === 'float32' ? new Float32Array(data.length + 1) : new Int32Array(data.length + 1);
  packed.set(data);
  packed[data.length] = stamp;
  const shape = BigInt64Array.from(tensor.shape, BigInt);
  return {
    [UPLOAD.packed]: new ort.Tensor(type, packed, [packed.length]),
    [UPLOAD.shape]: new ort.Tensor('int64', shape, [shape.length]),
  };
}

/** Truth values would leave no room for a stamp. */
function packedType(dtype: DType): 'float32' | 'int32' {
  return dtype === 'float32' ? 'float32' : 'int32';
}

function named(opType: string, input: readonly string[], output: string): NodeProto {
  return { opType, input, output: [output], name: output, attribute: [], domain: '' };
}

function anyShape(name: string, elemType: number): ValueInfoProto {
  return { name, type: { tensorType: { elemType } } };
}
