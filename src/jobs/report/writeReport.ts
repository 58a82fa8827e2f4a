import path from 'node:path';
import { writeFileAtomic } from '../../data/safeWrite.ts';
import { TsyndError } from '../../protocol/errors.ts';
import type { Report } from '../../protocol/report.ts';
import { reportCsv, reportSummaryCsv } from '../../report/reportCsv.ts';
import { reportHtml } from '../../report/reportHtml.ts';
import { reportMarkdown } from '../../report/reportMarkdown.ts';

export const REPORT_FORMATS = ['md', 'csv', 'html', 'json'] as const;
export type ReportFormat = (typeof REPORT_FORMATS)[number];

/** A report as the text of a file. */
export function reportText(report: Report, format: ReportFormat): string {
  switch (format) {
    case 'md':
      return reportMarkdown(report);
    case 'csv':
      return reportCsv(report);
    case 'html':
      return reportHtml(report);
    case 'json':
      return `${JSON.stringify(report, undefined, 2)}\n`;
  }
}

/**
 * Writes a report as one file, in the format of its ending unless another is given. Throws TsyndError
 * 'settings/invalid' for an ending that tells none, and 'file/write'.
 *
 * @returns the file's absolute path
 */
export async function writeReportFile(
  report: Report,
  target: string,
  format?: ReportFormat,
): Promise<string> {
  const file = path.resolve(target);
  await writeFileAtomic(file, reportText(report, format ?? formatOf(file)));
  return file;
}

function formatOf(file: string): ReportFormat {
  const ending = path.extname(file).slice(1).toLowerCase();
  const known = REPORT_FORMATS.find((format) => format === ending);
  if (known !== undefined) return known;
  throw new TsyndError('settings/invalid', `The ending of ${file} names no format of reports.`, {
    remedy: `End it in one of ${REPORT_FORMATS.map((format) => `.${format}`).join(', ')}, or name a format.`,
  });
}

/**
 * Writes report.md, report.csv, report-summary.csv and report.html into an experiment's folder, over earlier ones.
 * Throws TsyndError 'file/write'.
 *
 * @returns the files
 */
export async function writeReport(folder: string, report: Report): Promise<readonly string[]> {
  const files = new Map([
    ['report.md', reportMarkdown(report)],
    ['report.csv', reportCsv(report)],
    ['report-summary.csv', reportSummaryCsv(report)],
    ['report.html', reportHtml(report)],
  ]);
  const written: string[] = [];
  for (const [name, text] of files) {
    const file = path.join(path.resolve(folder), name);
    await writeFileAtomic(file, text);
    written.push(file);
  }
  return written;
}
