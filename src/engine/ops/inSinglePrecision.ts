import type { Value } from '../graph.ts';
import { apply, type Operation } from '../operation.ts';
import { requireType } from './broadcasting.ts';
import type { NoAttributes } from './elementwise.ts';

const operation: Operation<NoAttributes> = {
  name: 'inSinglePrecision',
  infer: (inputs) => {
    requireType('inSinglePrecision', inputs, 'float32');
    return inputs[0];
  },
  differentiate: (_, [dy]) => [() => dy!],
  // Lowerings of half precision give this operation's operand in single precision.
  toOnnx: (_emitter, inputs) => inputs[0],
  toTensorFlow: ({ tf }, [x]) => tf.clone(x),
  evaluate: (inputs) => inputs[0],
};

/** x itself, in single precision from here on in programs that hold it in half precision. */
export function inSinglePrecision(x: Value): Value {
  return apply(operation, [x], {});
}
