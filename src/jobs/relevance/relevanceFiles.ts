import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { ifPresent } from '../../data/readIfPresent.ts';
import { makeFolder, writeFileAtomic } from '../../data/safeWrite.ts';
import type { RelevanceReport } from '../../protocol/relevance.ts';
import { relevanceReportSchema } from '../../runs/relevanceRecord.ts';
import { RunFolder } from '../../runs/runFolder.ts';

function folderOf({ paths }: RunFolder): string {
  return path.join(paths.explanations, 'relevance');
}

/** Makes the folder for reports, so that hours of measuring do not end in a folder that cannot be written. */
export async function prepareReports(run: RunFolder): Promise<void> {
  await makeFolder(folderOf(run));
}

/** Keeps a report in its run's folder, under its time. Throws TsyndError 'file/write'. */
export async function writeReport(run: RunFolder, report: RelevanceReport): Promise<void> {
  const name = `${report.measuredAt.replaceAll(':', '-')}.json`;
  const text = JSON.stringify(relevanceReportSchema.parse(report), undefined, 2);
  await writeFileAtomic(path.join(folderOf(run), name), `${text}\n`);
}

/**
 * The reports in a run's folder, newest first. What is no report, torn, or of a later format is passed over: it can be
 * measured again, and hides no other. Throws what `RunFolder.open` throws, and TsyndError 'run/corrupt' when the folder
 * of reports cannot be read.
 */
export async function listReports(runPath: string): Promise<RelevanceReport[]> {
  const folder = folderOf(await RunFolder.open(runPath));
  const names = (await ifPresent(folder, () => readdir(folder))) ?? [];
  const files = names.filter((name) => name.endsWith('.json') && !name.startsWith('.'));
  const reports = await Promise.all(files.map((name) => readReport(path.join(folder, name))));
  return reports
    .filter((report) => report !== undefined)
    .sort((a, b) => Date.parse(b.measuredAt) - Date.parse(a.measuredAt));
}

async function readReport(file: string): Promise<RelevanceReport | undefined> {
  try {
    return relevanceReportSchema.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch {
    return undefined;
  }
}
