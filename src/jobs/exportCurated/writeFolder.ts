import path from 'node:path';
import { EXPORT_NAMES } from '../../data/exportNames.ts';
import { writeFileAtomic } from '../../data/safeWrite.ts';
import type { ExportPlan } from './exportPlan.ts';
import { describeExport } from './provenance.ts';
import { writeImages, type ExportProgress } from './writeImages.ts';
import { writeMetadata } from './writeMetadata.ts';

/**
 * `<root>/<split>/<class>/<image>` with the provenance of each image in the `metadata.jsonl` of its split.
 *
 * @returns what to open
 */
export async function writeFolder(plan: ExportPlan, root: string, progress: ExportProgress): Promise<string> {
  await writeMetadata(plan, root, await writeImages(plan, root, progress));
  await writeFileAtomic(path.join(root, EXPORT_NAMES.facts), describeExport(plan, new Date()));
  return '.';
}
