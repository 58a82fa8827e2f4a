import type { Value } from '../graph.ts';
import { apply } from '../operation.ts';
import { unaryOperation } from './elementwise.ts';
import { errorFunction } from './errorFunction.ts';
import { exp } from './exp.ts';
import { mul } from './mul.ts';
import { neg } from './neg.ts';

const operation = unaryOperation({
  name: 'erf',
  onnx: 'Erf',
  tensorFlow: 'Erf',
  compute: errorFunction,
  gradient: (x, _y, dy) => mul(dy, mul(exp(neg(mul(x, x))), 2 / Math.sqrt(Math.PI))),
});

/** The error function 2/sqrt(pi) * integral of exp(-t^2) from 0 to x. */
export function erf(x: Value): Value {
  return apply(operation, [x], {});
}
