import type { Points } from './points.ts';
import { squaredDistance } from './squaredDistance.ts';

/**
 * `[N]`: the squared distance of each point to its k-th nearest among the others, where equally far ones (copies at
 * distance 0 too) count each. 0 for k = 0, as nothing is nearer than that.
 *
 * Throws RangeError unless 0 <= k < N.
 */
export function squaredNeighbourRadii(points: Points, k: number): Float64Array {
  const { count } = points;
  if (!Number.isInteger(k) || k < 0 || k >= Math.max(1, count)) {
    throw new RangeError(`squaredNeighbourRadii: ${count} points have no ${k}-th neighbour each.`);
  }
  const radii = new Float64Array(count);
  if (k === 0) return radii;
  const nearest = new Float64Array(k);
  for (let i = 0; i < count; i++) {
    nearest.fill(Infinity);
    for (let j = 0; j < count; j++) {
      if (j !== i) insert(nearest, squaredDistance(points, i, points, j, nearest[k - 1]));
    }
    radii[i] = nearest[k - 1];
  }
  return radii;
}

/** Puts a value into a rising list of fixed length, of which the largest falls out. */
function insert(rising: Float64Array, value: number): void {
  let at = rising.length - 1;
  if (value >= rising[at]) return;
  for (; at > 0 && rising[at - 1] > value; at--) rising[at] = rising[at - 1];
  rising[at] = value;
}
