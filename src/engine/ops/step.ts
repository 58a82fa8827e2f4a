import type { Value } from '../graph.ts';
import { float } from '../onnx/emitter.ts';
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
  // One vectorised pass; Greater and Where take four on the CPU.
  toOnnx: (emitter, inputs) => emitter.node('HardSigmoid', inputs, { alpha: float(SLOPE), beta: float(0) }),
  evaluate: (inputs, _, outputs) => mapBroadcast(inputs, outputs[0], (x) => (x > 0 ? 1 : 0)),
};

/** 1 where x > 0 and 0 elsewhere, as float32; no gradient. */
export function step(x: Value): Value {
  return apply(operation, [x], {});
}
