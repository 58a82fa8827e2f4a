import type { Report, ReportedMetric } from '../../protocol/report.ts';
import type { TestCondition } from '../../protocol/testConditions.ts';
import { armsOf, conditionOf, type RowGroup } from '../groupRows.ts';
import type { Html } from '../html/html.ts';
import { conditionsOfKind, strengthOf } from '../tables/robustnessTables.ts';
import { capitalise } from '../words/capitalise.ts';
import { ATTACK_NAMES, METRIC_NAMES, METRIC_UNITS, nameGroup } from '../words/names.ts';
import { formatScore } from '../words/numbers.ts';
import { lineChart, type ChartSeries } from './lineChart.ts';

/** A score that is a share of images, over the strength of one kind of noise or attack: means and the range over seeds. */
export function robustnessChart(
  report: Report,
  group: RowGroup,
  kind: TestCondition['kind'],
  metric: Extract<ReportedMetric, 'accuracy' | 'auroc'>,
): Html | undefined {
  const conditions = conditionsOfKind(report, kind);
  if (conditions.length < 2) return undefined;
  const isAccuracy = metric === 'accuracy';
  const scale = isAccuracy ? 100 : 1;
  // As the literature has it: eps in 255ths.
  const strength = (condition: TestCondition): number => strengthOf(condition) * (kind === 'noise' ? 1 : 255);
  const arms = armsOf(report);
  const series = group.rows.flatMap(({ row }): ChartSeries[] => {
    const points: [number, number][] = [];
    const band: [number, number, number][] = [];
    for (const { key, condition } of conditions) {
      const summary = conditionOf(row, key)?.metrics[metric];
      if (summary?.mean == null) continue;
      const values = summary.values.filter((value) => value !== null).map((value) => scale * value);
      points.push([strength(condition), scale * summary.mean]);
      band.push([strength(condition), Math.min(...values), Math.max(...values)]);
    }
    return points.length === 0 ? [] : [{ style: arms.indexOf(row.arm), points, band }];
  });
  if (series.length === 0) return undefined;
  const xTicks = conditions.map(({ condition }) => strength(condition));
  const majority = report.datasets.find(({ name }) => name === group.dataset)?.majorityRate ?? 0;
  return lineChart({
    title: `${capitalise(METRIC_NAMES[metric])} under ${ATTACK_NAMES[kind]}: ${nameGroup(group)}`,
    description: describeEnds(report, group, conditions.at(-1)!.key, metric),
    xLabel: kind === 'noise' ? 'sigma of Gaussian noise' : `eps of ${ATTACK_NAMES[kind]} (255ths)`,
    yLabel: METRIC_UNITS[metric],
    xDomain: [0, Math.max(...xTicks)],
    yDomain: [0, scale],
    xTicks,
    series,
    references: isAccuracy ? [{ y: 100 * majority, label: 'majority rate' }] : [{ y: 0.5, label: 'chance' }],
  });
}

function describeEnds(report: Report, { rows }: RowGroup, key: string, metric: ReportedMetric): string {
  const [clean] = report.conditions.filter(({ condition }) => condition.kind === 'clean');
  return rows
    .map(({ row }) => {
      const first = conditionOf(row, clean.key)?.metrics[metric].mean ?? null;
      const last = conditionOf(row, key)?.metrics[metric].mean ?? null;
      return `${row.arm}: from ${formatScore(metric, first)} to ${formatScore(metric, last)}`;
    })
    .join('; ');
}
