import path from 'node:path';
import { stringify } from 'csv-stringify/sync';
import { EXPORT_NAMES } from '../../data/exportNames.ts';
import { writeFileAtomic } from '../../data/safeWrite.ts';
import type { ExportPlan } from './exportPlan.ts';
import { describeExport, provenanceOf } from './provenance.ts';
import { writeImages, type ExportProgress } from './writeImages.ts';
import { writeMetadata } from './writeMetadata.ts';

const LIST = 'dataset.csv';
const IMAGES = 'images';

/**
 * `<root>/dataset.csv` (RFC 4180) with the columns path, label, split and the provenance of each image, and the images
 * in `<root>/images/<split>/<class>/`, beside the same provenance as class folders have.
 *
 * @returns what to open
 */
export async function writeCsv(plan: ExportPlan, root: string, progress: ExportProgress): Promise<string> {
  const images = path.join(root, IMAGES);
  const written = await writeImages(plan, images, progress);
  await writeMetadata(plan, images, written);
  const rows = written.map(({ split, file, item }) => {
    const { label, synthetic, ...rest } = provenanceOf(plan, item);
    // csv-stringify writes true as 1 and false as nothing.
    return { path: `${IMAGES}/${split}/${file}`, label, split, synthetic: String(synthetic), ...rest };
  });
  await writeFileAtomic(path.join(root, LIST), stringify(rows, { header: true }));
  await writeFileAtomic(path.join(root, EXPORT_NAMES.facts), describeExport(plan, new Date()));
  return LIST;
}
