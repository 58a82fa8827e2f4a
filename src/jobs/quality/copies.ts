import { SPLIT_NAMES, type Dataset, type SplitName } from '../../data/dataset.ts';
import { pictureDigests } from '../../data/pictureDigests.ts';
import type { SyntheticImages } from '../../data/trainingSet.ts';
import type { RandomKey } from '../../engine/random.ts';
import { quantile } from '../../evaluation/bootstrap.ts';
import type { NearestPoints } from '../../evaluation/quality/nearestPoints.ts';
import type { Points } from '../../evaluation/quality/points.ts';
import { copyThreshold } from './ownDistances.ts';
import { searchNearest } from './searchNearest.ts';

/** How near synthetic images are to those of a split, in one space. */
export interface SplitCopies {
  /** Synthetic images nearer to an image of the split than `threshold`. */
  readonly near: number;
  /** See `copyThreshold`. */
  readonly threshold: number;
  readonly medianDistance: number;
  readonly nearest: NearestPoints;
}

export async function measureSplitCopies(
  synthetic: Points,
  split: Points,
  key: RandomKey,
  signal: AbortSignal | undefined,
): Promise<SplitCopies> {
  const threshold = await copyThreshold(split, key, signal);
  const nearest = await searchNearest(synthetic, split, { signal });
  return {
    near: nearest.distances.filter((distance) => distance < threshold).length,
    threshold,
    medianDistance: quantile(nearest.distances.toSorted(), 0.5),
    nearest,
  };
}

/** By split, how many synthetic images are pixel for pixel one of its images, at 8 bits. */
export function countExactCopies(dataset: Dataset, synthetic: SyntheticImages): Record<SplitName, number> {
  const digests = pictureDigests(synthetic);
  const counts = SPLIT_NAMES.map((split) => {
    const real = new Set(pictureDigests(dataset[split]));
    return [split, digests.filter((digest) => real.has(digest)).length] as const;
  });
  return Object.fromEntries(counts) as Record<SplitName, number>;
}
