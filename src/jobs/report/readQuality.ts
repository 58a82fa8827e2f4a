import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { qualityReportSchema, type QualityReport } from '../../protocol/quality.ts';
import { experimentPaths } from '../experiment/experimentPaths.ts';

export interface QualityRead {
  readonly reports: readonly QualityReport[];
  /** Files that are none. */
  readonly warnings: readonly string[];
}

/** What was measured of an experiment's pools, by the names of the files; nothing where nothing was. */
export async function readQuality(folder: string): Promise<QualityRead> {
  const { quality: root } = experimentPaths(folder);
  const names = await readdir(root).catch(() => []);
  const reports: QualityReport[] = [];
  const warnings: string[] = [];
  for (const name of names.filter((one) => one.endsWith('.json')).sort()) {
    const report = await readReport(path.join(root, name));
    if (report) reports.push(report);
    else warnings.push(`quality/${name} cannot be read and is left out.`);
  }
  return { reports, warnings };
}

/** With the file's name for the pool: where that lay is nobody's business who is shown the report. */
async function readReport(file: string): Promise<QualityReport | undefined> {
  try {
    const report = qualityReportSchema.parse(JSON.parse(await readFile(file, 'utf8')));
    return { ...report, pool: path.basename(file, '.json') };
  } catch {
    return undefined;
  }
}
