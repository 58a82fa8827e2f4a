import type { ReportDataset, ReportRow } from '../../protocol/report.ts';
import { nameRow } from '../words/names.ts';
import type { Table } from './table.ts';

/** The confusion matrix of a row over all its seeds. Undefined where there is none. */
export function confusionTable(row: ReportRow, dataset: ReportDataset): Table | undefined {
  if (row.confusion.length === 0) return undefined;
  const { classNames } = dataset;
  const counts = confusionCounts(row, classNames.length);
  return {
    title: nameRow(row),
    notes: [],
    columns: [
      { label: 'true class' },
      ...classNames.map((label) => ({ group: 'predicted', label, isNumber: true })),
    ],
    headers: 1,
    rows: counts.map((line, truth) => [classNames[truth], ...line.map(String)]),
  };
}

/** [K, K], rows by true class. */
export function confusionCounts(row: ReportRow, numClasses: number): number[][] {
  const counts = Array.from({ length: numClasses }, () => new Array<number>(numClasses).fill(0));
  for (const { truth, predicted, count } of row.confusion) counts[truth][predicted] = count;
  return counts;
}
