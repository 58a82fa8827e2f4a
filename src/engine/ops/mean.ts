import type { Value } from '../graph.ts';
import { sizeOf } from '../tensor.ts';
import { requireType } from './broadcasting.ts';
import { mul } from './mul.ts';
import { normalizeReduction, type ReductionOptions } from './reduction.ts';
import { sum } from './sum.ts';

/** Mean over the given axes (default: all). */
export function mean(x: Value, options: ReductionOptions = {}): Value {
  requireType('mean', [x], 'float32');
  const total = sum(x, normalizeReduction('mean', x.shape, options));
  return mul(total, sizeOf(total.shape) / sizeOf(x.shape));
}
