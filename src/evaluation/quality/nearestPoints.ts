import { checkSameSpace, type Points } from './points.ts';
import { squaredDistance } from './squaredDistance.ts';

export interface NearestPoints {
  /** `[N]`, Euclidean. */
  readonly distances: Float64Array;
  /** `[N]`, positions among the references; of equally near ones the first. */
  readonly indices: Int32Array;
}

/**
 * For each query its nearest reference, by full search. Memory grows with N alone.
 *
 * @param selves `[N]`, the reference that a query is itself and may not be answered with; -1 for none
 * @throws RangeError where no reference is left for a query
 */
export function nearestPoints(
  queries: Points,
  references: Points,
  selves?: ArrayLike<number>,
): NearestPoints {
  checkSameSpace('nearestPoints', queries, references);
  const distances = new Float64Array(queries.count);
  const indices = new Int32Array(queries.count);
  for (let i = 0; i < queries.count; i++) {
    const self = selves?.[i] ?? -1;
    let least = Infinity;
    let nearest = -1;
    for (let j = 0; j < references.count; j++) {
      if (j === self) continue;
      const squared = squaredDistance(queries, i, references, j, least);
      if (squared < least) [least, nearest] = [squared, j];
    }
    if (nearest < 0) throw new RangeError('nearestPoints: there is no other point.');
    distances[i] = Math.sqrt(least);
    indices[i] = nearest;
  }
  return { distances, indices };
}
