import type { Value } from '../graph.ts';
import { add } from './add.ts';
import { normalizeAxis } from './broadcasting.ts';
import { exp } from './exp.ts';
import { log } from './log.ts';
import { max } from './max.ts';
import { reducedShape } from './reduction.ts';
import { reshape } from './reshape.ts';
import { stopGradient } from './stopGradient.ts';
import { sub } from './sub.ts';
import { sum } from './sum.ts';

/** log sum_j exp(x_j) along an axis, shifted by the largest element so that nothing overflows. */
export function logSumExp(x: Value, options: { readonly axis: number; readonly keepDims?: boolean }): Value {
  const axis = normalizeAxis('logSumExp', options.axis, x.shape);
  const largest = stopGradient(max(x, { axes: [axis], keepDims: true }));
  const total = sum(exp(sub(x, largest)), { axes: [axis], keepDims: true });
  return reshape(add(log(total), largest), reducedShape(x.shape, [axis], options.keepDims ?? false));
}
