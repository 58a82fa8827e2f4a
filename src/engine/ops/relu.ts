import type { Value } from '../graph.ts';
import { apply } from '../operation.ts';
import { unaryOperation } from './elementwise.ts';
import { mul } from './mul.ts';
import { step } from './step.ts';

const operation = unaryOperation({
  name: 'relu',
  onnx: 'Relu',
  tensorFlow: 'Relu',
  compute: (x) => Math.max(x, 0),
  gradient: (_x, y, dy) => mul(dy, step(y)),
});

/** max(x, 0); its gradient at 0 is 0. The mask comes from the output, so that the runtime may fuse Conv and Relu. */
export function relu(x: Value): Value {
  return apply(operation, [x], {});
}
