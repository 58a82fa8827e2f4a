import type { Value } from '../graph.ts';
import { float, ONNX_TYPE } from '../onnx/emitter.ts';
import { apply, type Operation } from '../operation.ts';
import { mapBroadcast, requireType } from './broadcasting.ts';
import type { NoAttributes } from './elementwise.ts';

/** Steep enough that every number that is not denormal is on the plateau: 1e38 * 1.2e-38 > 1. */
const SLOPE = 1e38;

const operation: Operation<NoAttributes> = {
  name: 'step',
  infer: (inputs) => {
    requireType('step', inputs, 'float32');
    return inputs[0];
  },
  differentiate: () => [undefined],
  toOnnx: (emitter, inputs) => {
    if (emitter.precision === 'float16') {
      // The slope is beyond half precision.
      return emitter.node('Cast', [emitter.node('Greater', [inputs[0], emitter.float(0)])], {
        to: ONNX_TYPE.float16,
      });
    }
    // One vectorised pass; Greater and Where take four on the CPU.
    return emitter.node('HardSigmoid', inputs, { alpha: float(SLOPE), beta: float(0) });
  },
  toTensorFlow: ({ tf }, [x]) => tf.cast(tf.greater(x, 0), 'float32'),
  evaluate: (inputs, _, outputs) => mapBroadcast(inputs, outputs[0], (x) => (x > 0 ? 1 : 0)),
};

/** 1 where x > 0 and 0 elsewhere, as float32; no gradient. */
export function step(x: Value): Value {
  return apply(operation, [x], {});
}
