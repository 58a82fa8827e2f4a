import { MAX_CONFUSED_IMAGES, type ConfusedImage, type ConfusionCell } from '../../protocol/report.ts';
import { haveSameImages, type FinishedCell } from './summarizeRow.ts';

/** The confusion matrix of clean test images over all seeds, with the images behind it; empty for multi-label data. */
export function confusionCells(cells: readonly FinishedCell[]): readonly ConfusionCell[] {
  const shown = cells.flatMap(({ seed, digest }) => (digest ? [{ seed, digest }] : []));
  const [first] = shown;
  if (
    shown.length === 0 ||
    first.digest.predicted.length === 0 ||
    !haveSameImages(cells.filter(({ digest }) => digest))
  )
    return [];
  const { labels } = first.digest;
  const found = new Map<string, { truth: number; predicted: number; seeds: Map<number, number[]> }>();
  for (const { seed, digest } of shown) {
    for (const [index, predicted] of digest.predicted.entries()) {
      const truth = labels[index];
      const key = `${truth}:${predicted}`;
      const cell = found.get(key) ?? { truth, predicted, seeds: new Map<number, number[]>() };
      cell.seeds.set(index, [...(cell.seeds.get(index) ?? []), seed]);
      found.set(key, cell);
    }
  }
  return [...found.values()]
    .map(({ truth, predicted, seeds }) => ({
      truth,
      predicted,
      count: [...seeds.values()].reduce((sum, { length }) => sum + length, 0),
      images: mostAgreed(seeds),
    }))
    .sort((a, b) => a.truth - b.truth || a.predicted - b.predicted);
}

function mostAgreed(seeds: ReadonlyMap<number, readonly number[]>): readonly ConfusedImage[] {
  return [...seeds]
    .map(([index, agreeing]) => ({ index, seeds: agreeing }))
    .sort((a, b) => b.seeds.length - a.seeds.length || a.index - b.index)
    .slice(0, MAX_CONFUSED_IMAGES);
}
