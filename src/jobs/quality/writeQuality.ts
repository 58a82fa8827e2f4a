import { existsSync } from 'node:fs';
import path from 'node:path';
import { makeFolder, writeFileAtomic } from '../../data/safeWrite.ts';
import { qualityReportSchema, type QualityReport } from '../../protocol/quality.ts';
import { runPaths } from '../../runs/runFolder.ts';
import { timestamp } from '../../runs/stampedFolder.ts';

/**
 * Writes a report as JSON to `file` or, for a pool that is a run's folder, to `<run>/quality/<time>.json`. Nothing is
 * written into the folders of other pools. Returns where it went, or undefined. Throws TsyndError 'file/write'.
 */
export async function writeQuality(report: QualityReport, file?: string): Promise<string | undefined> {
  const target = file ?? placeInRun(report);
  if (target === undefined) return undefined;
  await makeFolder(path.dirname(target));
  await writeFileAtomic(target, `${JSON.stringify(qualityReportSchema.parse(report), undefined, 2)}\n`);
  return path.resolve(target);
}

function placeInRun({ pool, measuredAt }: QualityReport): string | undefined {
  if (!existsSync(runPaths(pool).manifest)) return undefined;
  return path.join(pool, 'quality', `${timestamp(new Date(measuredAt))}.json`);
}
