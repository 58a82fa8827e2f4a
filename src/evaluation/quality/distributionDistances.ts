import type { RandomKey } from '../../engine/random.ts';
import { frechetDistance } from './frechetDistance.ts';
import { kernelDistance, type KernelDistance } from './kernelDistance.ts';
import { neighbourCoverage, type NeighbourCoverage } from './neighbourCoverage.ts';
import type { Points } from './points.ts';

export interface DistributionDistances extends NeighbourCoverage {
  /** null for fewer than two points. */
  readonly frechet: number | null;
  /** null for fewer than four points. */
  readonly kernel: KernelDistance | null;
}

const SUBSETS = 100;
const LARGEST_SUBSET = 1000;

/** k of precision, recall, density and coverage: the 5 of their authors, or all that a small set has. */
export function neighboursFor(count: number): number {
  return Math.max(0, Math.min(5, count - 1));
}

/**
 * How a set of points differs from a real one of the same size. Subsets of the kernel distance have half of the points,
 * 1000 at most.
 */
export function distributionDistances(real: Points, other: Points, key: RandomKey): DistributionDistances {
  const count = Math.min(real.count, other.count);
  const subsetSize = Math.min(LARGEST_SUBSET, Math.floor(count / 2));
  return {
    frechet: frechetDistance(real, other) ?? null,
    kernel: subsetSize < 2 ? null : kernelDistance(real, other, { key, subsets: SUBSETS, subsetSize }),
    ...neighbourCoverage(real, other, neighboursFor(count)),
  };
}
