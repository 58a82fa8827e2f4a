import path from 'node:path';
import { SPLIT_NAMES } from '../../data/dataset.ts';
import { writeFileAtomic } from '../../data/safeWrite.ts';
import type { ExportPlan } from './exportPlan.ts';
import { describeExport, provenanceOf } from './provenance.ts';
import { writeImages, type ExportProgress } from './writeImages.ts';

/**
 * `<root>/<split>/<class>/<image>` with a `metadata.jsonl` in each split's folder, one line an image: its `file_name`
 * and its provenance (the layout of Hugging Face's ImageFolder).
 *
 * @returns what to open
 */
export async function writeFolder(plan: ExportPlan, root: string, progress: ExportProgress): Promise<string> {
  const written = await writeImages(plan, root, progress);
  for (const split of SPLIT_NAMES) {
    const lines = written
      .filter((image) => image.split === split)
      .map(({ file, item }) => JSON.stringify({ file_name: file, ...provenanceOf(plan, item) }));
    if (lines.length === 0) continue;
    await writeFileAtomic(path.join(root, split, 'metadata.jsonl'), `${lines.join('\n')}\n`);
  }
  await writeFileAtomic(path.join(root, 'tsynd.json'), describeExport(plan, new Date()));
  return '.';
}
