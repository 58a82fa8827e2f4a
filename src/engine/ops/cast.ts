import type { Value } from '../graph.ts';
import { apply, type Operation } from '../operation.ts';
import { ONNX_TYPE } from '../onnx/emitter.ts';
import type { DType } from '../tensor.ts';
import { mapBroadcast } from './broadcasting.ts';

const operation: Operation<{ readonly dtype: DType }> = {
  name: 'cast',
  infer: ([x], { dtype }) => ({ shape: x.shape, dtype }),
  differentiate: () => [undefined],
  toOnnx: (emitter, inputs, { dtype }) => emitter.node('Cast', inputs, { to: ONNX_TYPE[dtype] }),
  toTensorFlow: ({ tf }, [x], { dtype }) => tf.cast(x, dtype),
  evaluate: (inputs, { dtype }, outputs) =>
    mapBroadcast(inputs, outputs[0], (value) => (dtype === 'bool' ? Number(value !== 0) : value)),
};

/** The same elements in another type; no gradient. */
export function cast(x: Value, dtype: DType): Value {
  return x.dtype === dtype ? x : apply(operation, [x], { dtype });
}
