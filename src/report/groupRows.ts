import type { Report, ReportRow } from '../protocol/report.ts';

/** Rows that may be compared: one dataset, fraction and architecture, in the order of the arms. */
export interface RowGroup extends Pick<ReportRow, 'dataset' | 'fraction' | 'architecture'> {
  readonly rows: readonly IndexedRow[];
}

/** A row and its position in the report, which pages ask by. */
export interface IndexedRow {
  readonly index: number;
  readonly row: ReportRow;
}

export function groupRows({ rows }: Report): readonly RowGroup[] {
  const groups = new Map<string, RowGroup & { rows: IndexedRow[] }>();
  for (const [index, row] of rows.entries()) {
    const { dataset, fraction, architecture } = row;
    const key = JSON.stringify([dataset, fraction, architecture]);
    const group = groups.get(key) ?? { dataset, fraction, architecture, rows: [] };
    group.rows.push({ index, row });
    groups.set(key, group);
  }
  return [...groups.values()];
}

/** The arms of all rows, by name, in the order of the plan. */
export function armsOf({ rows }: Report): readonly string[] {
  return [...new Set(rows.map(({ arm }) => arm))];
}

export function conditionOf(row: ReportRow, key: string): ReportRow['conditions'][number] | undefined {
  return row.conditions.find((condition) => condition.key === key);
}
