import type { Report, ReportedMetric } from '../../protocol/report.ts';
import { describeCondition } from '../../protocol/describeCondition.ts';
import type { TestCondition } from '../../protocol/testConditions.ts';
import { conditionOf, type RowGroup } from '../groupRows.ts';
import { capitalise } from '../words/capitalise.ts';
import { ATTACK_NAMES, METRIC_NAMES, nameGroup } from '../words/names.ts';
import { formatScore } from '../words/numbers.ts';
import { summaryCell } from './conditionTables.ts';
import type { Table } from './table.ts';

export const SWEPT_KINDS = [
  'noise',
  'fgsm',
  'pgd',
  'square',
] as const satisfies readonly TestCondition['kind'][];

/** One metric of all arms over all strengths of all kinds of noise and attacks: the numbers behind the curves. */
export function robustnessTables(report: Report, group: RowGroup, metric: ReportedMetric): readonly Table[] {
  const rows = group.rows.filter(({ row }) => row.conditions.length > 0);
  if (rows.length === 0) return [];
  const majority = report.datasets.find(({ name }) => name === group.dataset)?.majorityRate ?? null;
  return SWEPT_KINDS.flatMap((kind) => {
    const conditions = conditionsOfKind(report, kind);
    if (conditions.length === 0) return [];
    return {
      title: `${capitalise(METRIC_NAMES[metric])} under ${ATTACK_NAMES[kind]}: ${nameGroup(group)}`,
      notes:
        metric === 'accuracy'
          ? [`Always predicting the most frequent class gives ${formatScore(metric, majority)} %.`]
          : [],
      columns: [
        { label: 'arm' },
        ...conditions.map(({ condition }) => ({ label: describeCondition(condition), isNumber: true })),
      ],
      headers: 1,
      rows: rows.map(({ row }) => [
        row.arm,
        ...conditions.map(({ key }) => {
          const summary = conditionOf(row, key);
          return summary ? summaryCell(summary, metric) : '';
        }),
      ]),
    };
  });
}

/** Clean images and those of one kind, by rising strength; none where the kind was not tested. */
export function conditionsOfKind(
  report: Report,
  kind: TestCondition['kind'],
): readonly Report['conditions'][number][] {
  const swept = report.conditions.filter(({ condition }) => condition.kind === kind);
  if (swept.length === 0) return [];
  const clean = report.conditions.filter(({ condition }) => condition.kind === 'clean');
  return [...clean, ...swept.sort((a, b) => strengthOf(a.condition) - strengthOf(b.condition))];
}

/** Sigma or eps, in [0, 1]. */
export function strengthOf(condition: TestCondition): number {
  if (condition.kind === 'clean') return 0;
  return condition.kind === 'noise' ? condition.sigma : condition.eps;
}
