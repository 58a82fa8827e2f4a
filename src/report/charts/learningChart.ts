import type { LearningCurve, Report } from '../../protocol/report.ts';
import { armsOf, type RowGroup } from '../groupRows.ts';
import type { Html } from '../html/html.ts';
import { nameGroup } from '../words/names.ts';
import { lineChart, type ChartSeries } from './lineChart.ts';

type Measured = Exclude<keyof LearningCurve['points'][number], 'epoch'>;

export const LEARNING_MEASURES = ['trainLoss', 'valLoss', 'valAuroc'] as const satisfies readonly Measured[];

const NAMES: Readonly<Record<Measured, string>> = {
  trainLoss: 'training loss (nats)',
  valLoss: 'validation loss (nats)',
  valAuroc: 'validation AUC',
};

/** One measure of all classifiers of a group by epoch, a line a seed; a marker stands where the classifier was kept. */
export function learningChart(report: Report, group: RowGroup, measure: Measured): Html | undefined {
  const arms = armsOf(report);
  const series = group.rows.flatMap(({ row }) =>
    row.curves.map((curve) => seriesOf(curve, measure, arms.indexOf(row.arm))),
  );
  const points = series.flatMap((one) => one.points);
  if (points.length === 0) return undefined;
  const values = points.map(([, value]) => value);
  const epochs = points.map(([epoch]) => epoch);
  return lineChart({
    title: `${NAMES[measure]}: ${nameGroup(group)}`,
    description: `${series.length} trainings of ${Math.max(...epochs)} epochs at most, from ${Math.min(...values).toFixed(3)} to ${Math.max(...values).toFixed(3)}`,
    xLabel: 'epoch',
    yLabel: NAMES[measure],
    xDomain: [1, Math.max(2, ...epochs)],
    yDomain: measure === 'valAuroc' ? aucDomain(values) : [0, lossCeiling(values)],
    series,
    references: [],
  });
}

function seriesOf({ points, bestEpoch }: LearningCurve, measure: Measured, style: number): ChartSeries {
  const known = points.flatMap((point): [number, number][] => {
    const value = point[measure];
    return value === null ? [] : [[point.epoch, value]];
  });
  return { style, isThin: true, points: known, marked: known.filter(([epoch]) => epoch === bestEpoch) };
}

function aucDomain(values: readonly number[]): [number, number] {
  return [Math.min(0.5, ...values), 1];
}

/** One wild epoch must not flatten all others: the axis ends a little above the 98th percentile. */
function lossCeiling(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const high = sorted[Math.floor(0.98 * (sorted.length - 1))];
  return Math.max(1.1 * high, 1e-3);
}
