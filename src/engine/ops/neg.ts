import type { Value } from '../graph.ts';
import { apply } from '../operation.ts';
import { unaryOperation } from './elementwise.ts';

const operation = unaryOperation({
  name: 'neg',
  onnx: 'Neg',
  tensorFlow: 'Neg',
  compute: (x) => -x,
  gradient: (_x, _y, dy) => neg(dy),
});

/** -x. */
export function neg(x: Value): Value {
  return apply(operation, [x], {});
}
