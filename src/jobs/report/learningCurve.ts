import type { LearningCurve } from '../../protocol/report.ts';
import type { CellResult } from './cellResult.ts';

/** More points than can be told apart in a picture are thinned out. */
const MAX_POINTS = 200;

/** How a cell's classifier learned. Undefined before its first epoch. */
export function learningCurve({ seed, metrics, manifest }: CellResult): LearningCurve | undefined {
  const points = new Map<number, LearningCurve['points'][number]>();
  for (const { epoch, split, loss, auroc } of metrics) {
    const point = points.get(epoch) ?? { epoch, trainLoss: null, valLoss: null, valAuroc: null };
    const seen = split === 'train' ? { trainLoss: loss } : { valLoss: loss, valAuroc: auroc ?? null };
    points.set(epoch, { ...point, ...seen });
  }
  if (points.size === 0) return undefined;
  const bestEpoch = manifest?.result?.bestEpoch ?? null;
  const sorted = [...points.values()].sort((a, b) => a.epoch - b.epoch);
  return { seed, bestEpoch, points: thin(sorted, bestEpoch) };
}

/** Evenly chosen epochs, with the last and the best one. */
function thin(
  points: readonly LearningCurve['points'][number][],
  bestEpoch: number | null,
): LearningCurve['points'] {
  const step = Math.ceil(points.length / MAX_POINTS);
  return points.filter(
    ({ epoch }, index) => index % step === 0 || index === points.length - 1 || epoch === bestEpoch,
  );
}
