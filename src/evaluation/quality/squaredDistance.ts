import type { Points } from './points.ts';

/** Coordinates after which a search looks whether it can stop. */
const BLOCK = 16;

/**
 * ||a_i - b_j||^2, or some number above `limit` where it is above it: the sum of squares only grows. Taken from
 * differences, so that copies are at exactly 0 and both orders give the same number.
 */
export function squaredDistance(a: Points, i: number, b: Points, j: number, limit = Infinity): number {
  const { dimensions } = a;
  const [left, right] = [a.data, b.data];
  const [leftStart, rightStart] = [i * dimensions, j * dimensions];
  let sum = 0;
  for (let start = 0; start < dimensions; start += BLOCK) {
    const end = Math.min(start + BLOCK, dimensions);
    for (let d = start; d < end; d++) {
      const difference = left[leftStart + d] - right[rightStart + d];
      sum += difference * difference;
    }
    if (sum > limit) return sum;
  }
  return sum;
}
