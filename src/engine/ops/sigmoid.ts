import type { Value } from '../graph.ts';
import { apply } from '../operation.ts';
import { unaryOperation } from './elementwise.ts';
import { mul } from './mul.ts';
import { sub } from './sub.ts';

const operation = unaryOperation({
  name: 'sigmoid',
  onnx: 'Sigmoid',
  tensorFlow: 'Sigmoid',
  compute: (x) => (x >= 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x))),
  gradient: (_x, y, dy) => mul(dy, mul(y, sub(1, y))),
});

/** 1 / (1 + exp(-x)). */
export function sigmoid(x: Value): Value {
  return apply(operation, [x], {});
}
