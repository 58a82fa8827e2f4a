import type { Value } from '../graph.ts';
import { sizeOf } from '../tensor.ts';
import { mul } from './mul.ts';
import type { ReductionOptions } from './reduction.ts';
import { sum } from './sum.ts';

/** Mean over the given axes (default: all). */
export function mean(x: Value, options: ReductionOptions = {}): Value {
  const total = sum(x, options);
  return mul(total, sizeOf(total.shape) / sizeOf(x.shape));
}
