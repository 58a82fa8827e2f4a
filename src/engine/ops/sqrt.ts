import type { Value } from '../graph.ts';
import { apply } from '../operation.ts';
import { unaryOperation } from './elementwise.ts';
import { div } from './div.ts';
import { mul } from './mul.ts';

const operation = unaryOperation({
  name: 'sqrt',
  onnx: 'Sqrt',
  tensorFlow: 'Sqrt',
  compute: (x) => Math.sqrt(x),
  gradient: (_x, y, dy) => div(dy, mul(y, 2)),
});

/** The square root. */
export function sqrt(x: Value): Value {
  return apply(operation, [x], {});
}
