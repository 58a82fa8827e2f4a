import { deriveKey, permutation, type RandomKey } from '../../engine/random.ts';
import { quantile } from '../../evaluation/bootstrap.ts';
import { selectPoints, type Points } from '../../evaluation/quality/points.ts';
import { searchNearest } from './searchNearest.ts';

/** Images of a split whose nearest others are looked for, among all of the split. */
const LARGEST_SAMPLE = 2000;
const COPY_SHARE = 0.05;

/** The distances of the points at `positions` to their nearest other ones. */
export async function ownDistances(
  points: Points,
  positions: Int32Array,
  signal: AbortSignal | undefined,
): Promise<Float64Array> {
  const chosen = selectPoints(points, positions);
  return (await searchNearest(chosen, points, { selves: positions, signal })).distances;
}

/**
 * The distance below which two images count as nearly copies: the 5th percentile of the distances of the split's images
 * to their nearest others, of 2000 drawn ones where there are more. 0 for a split of one image.
 */
export async function copyThreshold(
  points: Points,
  key: RandomKey,
  signal: AbortSignal | undefined,
): Promise<number> {
  if (points.count < 2) return 0;
  const drawn = permutation(deriveKey(key, 'own distances'), points.count).subarray(0, LARGEST_SAMPLE);
  return quantile((await ownDistances(points, drawn, signal)).sort(), COPY_SHARE);
}
