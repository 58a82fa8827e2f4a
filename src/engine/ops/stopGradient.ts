import type { Value } from '../graph.ts';
import { apply, type Operation } from '../operation.ts';
import type { NoAttributes } from './elementwise.ts';

const operation: Operation<NoAttributes> = {
  name: 'stopGradient',
  infer: (inputs) => inputs[0],
  differentiate: () => [undefined],
  toOnnx: (_emitter, inputs) => inputs[0],
  toTensorFlow: ({ tf }, [x]) => tf.clone(x),
  evaluate: (inputs) => inputs[0],
};

/** x itself, through which no gradient flows. */
export function stopGradient(x: Value): Value {
  return apply(operation, [x], {});
}
