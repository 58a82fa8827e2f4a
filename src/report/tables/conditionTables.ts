import { describeCondition } from '../../protocol/testConditions.ts';
import type { ConditionSummary, Report, ReportedMetric, ReportRow } from '../../protocol/report.ts';
import { conditionOf, groupRows, type RowGroup } from '../groupRows.ts';
import { capitalise } from '../words/capitalise.ts';
import { ARCHITECTURE_NAMES, METRIC_NAMES, METRIC_UNITS } from '../words/names.ts';
import { formatMean, formatScore, formatShare, NONE } from '../words/numbers.ts';
import type { Column, Table } from './table.ts';

const MARKS = { better: ' ▲', worse: ' ▼', unclear: '', untested: '' } as const;
const ONE_CLASS = ' †';

/** More columns than these are split into a table for each condition. */
const MAX_COLUMNS = 10;

/**
 * The paper's table 1: datasets and fractions by condition and arm, one metric. Empty as long as nothing is finished.
 * Accuracies have the rate of the most frequent class beside them.
 */
export function conditionTables(report: Report, metric: ReportedMetric): readonly Table[] {
  if (report.rows.every(({ conditions }) => conditions.length === 0)) return [];
  const conditions = report.conditions.filter(({ key }) => report.headline.includes(key));
  const arms = Math.max(...groupRows(report).map(({ rows }) => rows.length));
  const parts = conditions.length * arms > MAX_COLUMNS ? conditions.map((one) => [one]) : [conditions];
  return parts.map((part) => conditionTable(report, metric, part));
}

function conditionTable(report: Report, metric: ReportedMetric, conditions: Report['conditions']): Table {
  const groups = groupRows(report);
  const arms = [...new Set(groups.flatMap(({ rows }) => rows.map(({ row }) => row.arm)))];
  const isSingle = new Set(groups.map(({ architecture }) => architecture)).size === 1;
  const isAccuracy = metric === 'accuracy';
  const columns: Column[] = [
    { label: 'dataset' },
    { label: 'labels seen' },
    ...(isSingle ? [] : [{ label: 'architecture' }]),
    ...(isAccuracy ? [{ label: 'majority rate', isNumber: true }] : []),
    ...conditions.flatMap(({ condition }) =>
      arms.map((arm) => ({ label: arm, group: describeCondition(condition), isNumber: true })),
    ),
  ];
  const rows = groups.map((group) => [
    group.dataset,
    formatShare(group.fraction),
    ...(isSingle ? [] : [ARCHITECTURE_NAMES[group.architecture]]),
    ...(isAccuracy ? [majorityOf(report, group)] : []),
    ...conditions.flatMap(({ key }) => arms.map((arm) => scoreOf(rowOf(group, arm), key, metric))),
  ]);
  const [only] = conditions;
  const place = conditions.length === 1 ? ` on ${describeCondition(only.condition)} test images` : '';
  const architecture = isSingle ? `, ${ARCHITECTURE_NAMES[groups[0].architecture]}` : '';
  return {
    title: `${capitalise(METRIC_NAMES[metric])}${place}${architecture}`,
    notes: notesOf(report, metric, rows),
    columns,
    headers: isSingle ? 2 : 3,
    rows,
  };
}

function notesOf(report: Report, metric: ReportedMetric, rows: readonly (readonly string[])[]): string[] {
  const used = (mark: string): boolean => rows.some((row) => row.some((cell) => cell.includes(mark)));
  const [reference] = report.rows.filter(({ isReference }) => isReference);
  return [
    `${capitalise(METRIC_UNITS[metric])}: mean ± standard deviation over seeds; in brackets the number of finished seeds where some are missing.`,
    ...(used('▲') || used('▼')
      ? [
          `▲ better and ▼ worse than ${reference.arm}: the 95 % interval over seeds and test images leaves zero out.`,
        ]
      : []),
    ...(used('†') ? ['† In at least one seed all test images were predicted as one class.'] : []),
  ];
}

function scoreOf(row: ReportRow | undefined, key: string, metric: ReportedMetric): string {
  const summary = row && conditionOf(row, key);
  if (!summary) return NONE;
  return `${formatSummary(summary, metric)}${seedsNote(row)}`;
}

/** Mean and deviation with the marks of the notes. */
export function formatSummary(summary: ConditionSummary, metric: ReportedMetric): string {
  const { difference, ...score } = summary.metrics[metric];
  const mark = difference ? MARKS[difference.verdict] : '';
  return `${formatMean(metric, score)}${mark}${summary.oneClassSeeds.length > 0 ? ONE_CLASS : ''}`;
}

function seedsNote({ cells }: ReportRow): string {
  const finished = cells.filter(({ status }) => status === 'finished').length;
  return finished === cells.length ? '' : ` (${finished})`;
}

function rowOf({ rows }: RowGroup, arm: string): ReportRow | undefined {
  return rows.find(({ row }) => row.arm === arm)?.row;
}

function majorityOf({ datasets }: Report, { dataset }: RowGroup): string {
  const found = datasets.find(({ name }) => name === dataset);
  return formatScore('accuracy', found?.majorityRate ?? null);
}
