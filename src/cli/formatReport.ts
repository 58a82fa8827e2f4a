import type { HeadlineTable } from '../jobs/report/headlineTables.ts';
import type { Report } from '../protocol/report.ts';
import { formatTable } from './formatTable.ts';

/** What an experiment has found so far, as lines of text for a terminal; the files have the rest. */
export function formatReport(report: Report, tables: readonly HeadlineTable[]): string[] {
  const cells = report.rows.flatMap((row) => row.cells);
  const finished = cells.filter(({ status }) => status === 'finished').length;
  return [
    `${report.title}: ${finished} of ${cells.length} cells finished`,
    ...tables.flatMap(({ title, rows, notes }) => [title, ...formatTable(rows), ...notes]),
    ...report.warnings.map((warning) => `! ${warning}`),
  ];
}
