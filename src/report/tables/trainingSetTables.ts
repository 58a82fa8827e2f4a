import type { Report, ReportRow } from '../../protocol/report.ts';
import { conditionOf } from '../groupRows.ts';
import { ARCHITECTURE_NAMES, nameTrainingSet } from '../words/names.ts';
import { formatScore, formatShare, NONE } from '../words/numbers.ts';
import { summaryCell } from './conditionTables.ts';
import type { Cell, Table } from './table.ts';

/**
 * The slide deck's table: training sets by architecture and the weights that it starts from, on clean test images; one
 * table a dataset and fraction. Empty where no arm trains on a pool of synthetic images.
 */
export function trainingSetTables(report: Report): readonly Table[] {
  const isMixed = report.rows.some(({ setup }) => setup.mix !== 'real');
  if (!isMixed || report.rows.every(({ conditions }) => conditions.length === 0)) return [];
  const places = new Map(
    report.rows.map((row) => [JSON.stringify([row.dataset, row.fraction]), row] as const),
  );
  return [...places.values()].map(({ dataset, fraction }) =>
    trainingSetTable(
      report,
      report.rows.filter((row) => row.dataset === dataset && row.fraction === fraction),
    ),
  );
}

function trainingSetTable(report: Report, rows: readonly ReportRow[]): Table {
  const [{ dataset, fraction }] = rows;
  const columns = [...new Set(rows.map(columnOf))];
  // Arms that differ in something that neither rows nor columns name keep a row each.
  const names = new Map(rows.map((row) => [row, nameTrainingSet(row.setup)]));
  const isTaken = (row: ReportRow): boolean =>
    rows.some(
      (other) => other !== row && names.get(other) === names.get(row) && columnOf(other) === columnOf(row),
    );
  const labels = new Map(
    rows.map((row) => [row, isTaken(row) ? `${names.get(row)!}: ${row.arm}` : names.get(row)!]),
  );
  const majority = report.datasets.find(({ name }) => name === dataset)?.majorityRate ?? null;
  return {
    title: `Training sets: ${dataset}, ${formatShare(fraction)} of the labels`,
    notes: [
      `Accuracy (%) and AUC on clean test images: mean ± standard deviation over seeds. Always predicting the most frequent class gives ${formatScore('accuracy', majority)} %.`,
    ],
    columns: [
      { label: 'training set' },
      { label: 'images (real : synthetic)', isNumber: true },
      ...columns.flatMap((group) => [
        { group, label: 'accuracy', isNumber: true },
        { group, label: 'AUC', isNumber: true },
      ]),
    ],
    headers: 1,
    rows: [...new Set(labels.values())].map((label) => {
      const alike = rows.filter((row) => labels.get(row) === label);
      return [
        label,
        sizeOf(alike),
        ...columns.flatMap((column): Cell[] => {
          const clean = alike
            .filter((row) => columnOf(row) === column)
            .map((row) => conditionOf(row, 'clean'))
            .find((condition) => condition !== undefined);
          return clean ? [summaryCell(clean, 'accuracy'), summaryCell(clean, 'auroc')] : [NONE, NONE];
        }),
      ];
    }),
  };
}

function columnOf({ architecture, setup }: ReportRow): string {
  return `${ARCHITECTURE_NAMES[architecture]}, ${setup.pretrained ?? 'from scratch'}`;
}

function sizeOf(rows: readonly ReportRow[]): string {
  const size = rows.map(({ trainedOn }) => trainedOn).find((known) => known !== null);
  return size ? `${size.real} : ${size.synthetic}` : NONE;
}
