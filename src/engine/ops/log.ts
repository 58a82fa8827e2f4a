import type { Value } from '../graph.ts';
import { apply } from '../operation.ts';
import { unaryOperation } from './elementwise.ts';
import { div } from './div.ts';

const operation = unaryOperation({
  name: 'log',
  onnx: 'Log',
  tensorFlow: 'Log',
  compute: (x) => Math.log(x),
  gradient: (x, _y, dy) => div(dy, x),
});

/** The natural logarithm. */
export function log(x: Value): Value {
  return apply(operation, [x], {});
}
