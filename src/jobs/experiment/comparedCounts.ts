import { apportion } from '../../data/splits.ts';

/** Images of each class; of multi-label data, which has no one class an image, all together. */
export type ClassCounts = readonly number[];

export interface ComparedCounts {
  readonly real: ClassCounts;
  readonly accepted: ClassCounts;
  readonly rejected: ClassCounts;
}

/** How many synthetic images the arms of a comparison get. */
export interface ComparisonPlan {
  /** All that are accepted, or as many as there are real images in the real classes' proportions. */
  readonly curated: { readonly count: number; readonly isAll: boolean };
  /** As many rejected as accepted ones in the same proportions; undefined where a class has none of the two. */
  readonly matched: number | undefined;
}

/** @throws RangeError without accepted samples */
export function planComparison({ real, accepted, rejected }: ComparedCounts): ComparisonPlan {
  const total = sum(real);
  const available = sum(accepted);
  if (available === 0) throw new RangeError('planComparison: no sample is accepted.');
  // Without an image of some class there is no drawing in the classes' proportions.
  const drawn = available <= total ? undefined : largestDraw(real, [accepted]);
  return {
    curated: { count: drawn ?? available, isAll: drawn === undefined },
    matched: largestDraw(real, [accepted, rejected]),
  };
}

/** The largest number, at most as many as are real, that every pool has in the real classes' proportions. */
function largestDraw(real: ClassCounts, pools: readonly ClassCounts[]): number | undefined {
  const groups = real.flatMap((count, index) => (count > 0 ? [index] : []));
  const counts = groups.map((index) => real[index]);
  // Shares are rounded to whole images, so that a class may get one more than its share of the total.
  const shares = pools.flatMap((pool) => groups.map((index) => (pool[index] / real[index]) * sum(real)));
  const most = Math.min(sum(real), Math.floor(Math.min(...shares)) + groups.length);
  for (let total = most; total >= groups.length; total--) {
    const wanted = apportion(counts, total);
    if (pools.every((pool) => groups.every((index, group) => pool[index] >= wanted[group]))) return total;
  }
  return undefined;
}

function sum(counts: ClassCounts): number {
  return counts.reduce((total, count) => total + count, 0);
}
