import type { Notice } from '../../src/protocol/runSummary.ts';
import { SCORED_SPLITS } from '../../src/protocol/scoreTable.ts';
import type { GalleryTable } from './galleryTable.ts';

const TEST = SCORED_SPLITS.indexOf('test');
const MESSAGE =
  'Images of the test split are among those shown. Look at them, but choose nothing by what they show: ' +
  'neither data nor settings nor models.';

/** Where images of the test split are among the rows of a view, what holds for all that is measured on them. */
export function testNotices({ splits }: GalleryTable, view: Uint32Array): readonly Notice[] {
  const isTestShown = splits !== undefined && view.some((row) => splits[row] === TEST);
  return isTestShown ? [{ severity: 'info', message: MESSAGE }] : [];
}
