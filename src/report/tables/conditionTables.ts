import { describeCondition } from '../../protocol/describeCondition.ts';
import type { ConditionSummary, Report, ReportedMetric, ReportRow } from '../../protocol/report.ts';
import { armsOf, conditionOf, groupRows, type RowGroup } from '../groupRows.ts';
import { capitalise } from '../words/capitalise.ts';
import { ARCHITECTURE_NAMES, METRIC_NAMES, METRIC_UNITS } from '../words/names.ts';
import { formatMean, formatScore, formatShare, NONE } from '../words/numbers.ts';
import type { Cell, Column, RichCell, Table } from './table.ts';

const MARKS = { better: '▲', worse: '▼', unclear: '', untested: '' } as const;
const ONE_CLASS = '†';

/** With more scores than these in a row, each arm gets a row of its own. */
const MAX_SCORES = 9;

/**
 * The paper's table 1 for one metric: datasets and fractions by condition and arm. Empty as long as nothing is finished.
 * Accuracies have the rate of the most frequent class beside them.
 */
export function conditionTables(report: Report, metric: ReportedMetric): readonly Table[] {
  if (report.rows.every(({ conditions }) => conditions.length === 0)) return [];
  const conditions = report.conditions.filter(({ key }) => report.headline.includes(key));
  const groups = groupRows(report);
  const architectures = new Set(groups.map(({ architecture }) => architecture));
  const context = { report, metric, conditions, groups, isSingle: architectures.size === 1 };
  const isWide = conditions.length * armsOf(report).length > MAX_SCORES;
  const { columns, headers, rows } = isWide ? armRows(context) : armColumns(context);
  const architecture = context.isSingle ? `, ${ARCHITECTURE_NAMES[groups[0].architecture]}` : '';
  const title = `${capitalise(METRIC_NAMES[metric])}${architecture}`;
  return [{ title, notes: notesOf(report, metric, rows), columns, headers, rows }];
}

interface Context {
  readonly report: Report;
  readonly metric: ReportedMetric;
  readonly conditions: Report['conditions'];
  readonly groups: readonly RowGroup[];
  readonly isSingle: boolean;
}

interface Body extends Pick<Table, 'columns' | 'headers'> {
  readonly rows: readonly (readonly Cell[])[];
}

/** Arms side by side under each condition, as in the paper. */
function armColumns(context: Context): Body {
  const { report, metric, conditions, groups } = context;
  const arms = armsOf(report);
  const names = groupNames(context);
  const majority = majorityColumn(context);
  return {
    columns: [
      ...names.columns,
      ...majority.columns,
      ...conditions.flatMap(({ condition }) =>
        arms.map((arm) => ({ label: arm, group: describeCondition(condition), isNumber: true })),
      ),
    ],
    headers: names.columns.length,
    rows: groups.map((group) => [
      ...names.cells(group),
      ...majority.cells(group),
      ...conditions.flatMap(({ key }) =>
        arms.map((arm) => scoreOf(group.rows.find(({ row }) => row.arm === arm)?.row, key, metric)),
      ),
    ]),
  };
}

function armRows(context: Context): Body {
  const { metric, conditions, groups } = context;
  const names = groupNames(context);
  const majority = majorityColumn(context);
  return {
    columns: [
      ...names.columns,
      { label: 'arm' },
      ...majority.columns,
      ...conditions.map(({ condition }) => ({ label: describeCondition(condition), isNumber: true })),
    ],
    headers: names.columns.length + 1,
    rows: groups.flatMap((group) =>
      group.rows.map(({ row }) => [
        ...names.cells(group),
        row.arm,
        ...majority.cells(group),
        ...conditions.map(({ key }) => scoreOf(row, key, metric)),
      ]),
    ),
  };
}

interface ColumnPart {
  readonly columns: readonly Column[];
  readonly cells: (group: RowGroup) => readonly string[];
}

function groupNames({ isSingle }: Context): ColumnPart {
  return {
    columns: [
      { label: 'dataset' },
      { label: 'labels seen' },
      ...(isSingle ? [] : [{ label: 'architecture' }]),
    ],
    cells: ({ dataset, fraction, architecture }) => [
      dataset,
      formatShare(fraction),
      ...(isSingle ? [] : [ARCHITECTURE_NAMES[architecture]]),
    ],
  };
}

function majorityColumn({ report, metric }: Context): ColumnPart {
  if (metric !== 'accuracy') return { columns: [], cells: () => [] };
  return {
    columns: [{ label: 'majority rate', isNumber: true }],
    cells: ({ dataset }) => {
      const found = report.datasets.find(({ name }) => name === dataset);
      return [formatScore('accuracy', found?.majorityRate ?? null)];
    },
  };
}

function notesOf(report: Report, metric: ReportedMetric, rows: readonly (readonly Cell[])[]): string[] {
  const used = (mark: string): boolean =>
    rows.some((row) => row.some((cell) => typeof cell !== 'string' && cell.mark?.includes(mark) === true));
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

function scoreOf(row: ReportRow | undefined, key: string, metric: ReportedMetric): Cell {
  const summary = row && conditionOf(row, key);
  if (!summary) return NONE;
  const { text, mark } = summaryCell(summary, metric);
  return { text: `${text}${seedsNote(row)}`, mark };
}

/** Mean and deviation with the marks of the notes. */
export function summaryCell(
  summary: ConditionSummary,
  metric: ReportedMetric,
): RichCell & { readonly mark: string } {
  const { difference, ...score } = summary.metrics[metric];
  const verdict = difference ? MARKS[difference.verdict] : '';
  return {
    text: formatMean(metric, score),
    mark: `${verdict}${summary.oneClassSeeds.length > 0 ? ONE_CLASS : ''}`,
  };
}

function seedsNote({ cells }: ReportRow): string {
  const finished = cells.filter(({ status }) => status === 'finished').length;
  return finished === cells.length ? '' : ` (${finished})`;
}
