import type { Report } from '../../protocol/report.ts';
import { conditionTables } from '../../report/tables/conditionTables.ts';
import { labelOf, textOf } from '../../report/tables/table.ts';

/** A table for a terminal: the first row has the headings. */
export interface HeadlineTable {
  readonly title: string;
  readonly rows: readonly (readonly string[])[];
  readonly notes: readonly string[];
}

/** Accuracy and AUC under the conditions of the headline; none as long as no cell is finished. */
export function headlineTables(report: Report): readonly HeadlineTable[] {
  return (['accuracy', 'auroc'] as const).flatMap((metric) =>
    conditionTables(report, metric).map(({ title, columns, rows, notes }) => ({
      title,
      rows: [columns.map(labelOf), ...rows.map((row) => row.map(textOf))],
      notes,
    })),
  );
}
