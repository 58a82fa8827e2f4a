import type { Value } from '../graph.ts';
import { apply } from '../operation.ts';
import { unaryOperation } from './elementwise.ts';

const operation = unaryOperation({
  name: 'sign',
  onnx: 'Sign',
  tensorFlow: 'Sign',
  compute: (x) => Math.sign(x),
  gradient: (x) => x.graph.filled(x.shape, 0),
});

/** -1, 0 or 1. */
export function sign(x: Value): Value {
  return apply(operation, [x], {});
}
