import path from 'node:path';
import { SPLIT_NAMES } from '../../data/dataset.ts';
import { EXPORT_NAMES } from '../../data/exportNames.ts';
import { writeFileAtomic } from '../../data/safeWrite.ts';
import type { ExportPlan } from './exportPlan.ts';
import { provenanceOf } from './provenance.ts';
import type { WrittenImage } from './writeImages.ts';

/**
 * `<root>/<split>/metadata.jsonl`, one line an image: its `file_name` and its provenance (the layout of Hugging Face's
 * ImageFolder). By these files the editor knows synthetic images.
 */
export async function writeMetadata(
  plan: ExportPlan,
  root: string,
  written: readonly WrittenImage[],
): Promise<void> {
  for (const split of SPLIT_NAMES) {
    const lines = written
      .filter((image) => image.split === split)
      .map(({ file, item }) => JSON.stringify({ file_name: file, ...provenanceOf(plan, item) }));
    if (lines.length === 0) continue;
    await writeFileAtomic(path.join(root, split, EXPORT_NAMES.metadata), `${lines.join('\n')}\n`);
  }
}
