import type { AdversarialChange } from '../../src/protocol/explanations.ts';

/** What it took to change a run's mind about the images that are shown; a look at them, and no measurement. */
export interface ChangeSummary {
  /** Images that were searched. */
  readonly images: number;
  /** Of those, how many were given up within the steps, without `unchanged`. */
  readonly flipped: number;
  /** How many are predicted otherwise already when they are only reconstructed: no change made them so. */
  readonly unchanged: number;
  /** Medians over `flipped`; absent where there is none. */
  readonly median?: Pick<AdversarialChange, 'l2' | 'area'> & { readonly steps: number };
}

export function summarizeChanges(changes: readonly AdversarialChange[]): ChangeSummary {
  const flipped = changes.flatMap(({ flippedAt, l2, area }) =>
    flippedAt !== undefined && flippedAt > 0 ? { steps: flippedAt, l2, area } : [],
  );
  const counts = {
    images: changes.length,
    flipped: flipped.length,
    unchanged: changes.filter(({ flippedAt }) => flippedAt === 0).length,
  };
  if (flipped.length === 0) return counts;
  return {
    ...counts,
    median: {
      steps: median(flipped.map(({ steps }) => steps)),
      l2: median(flipped.map(({ l2 }) => l2)),
      area: median(flipped.map(({ area }) => area)),
    },
  };
}

/** Of at least one value; of an even number the mean of the two in the middle. */
function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return (sorted[Math.ceil(middle) - 1] + sorted[Math.floor(middle)]) / 2;
}
