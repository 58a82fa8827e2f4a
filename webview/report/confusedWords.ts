import type { ConfusedImage } from '../../src/protocol/report.ts';
import type { SelectedCell } from './reportModel.ts';

/** `benign taken for malignant`, or `malignant, rightly`. */
export function describeCell({ truthName, predictedName, place }: SelectedCell): string {
  return place.truth === place.predicted
    ? `${truthName}, recognised`
    : `${truthName} taken for ${predictedName}`;
}

/** `12 images in 30 predictions of 3 seeds`; `count` sums over seeds. */
export function describeCount({ confused, row }: SelectedCell): string {
  const { count, images } = confused;
  const seeds = row.cells.filter(({ status }) => status === 'finished').length;
  if (count === 0) return `no image, with ${plural(seeds, 'seed')}`;
  const shown = images.reduce((sum, image) => sum + image.seeds.length, 0);
  const more = shown < count ? ', the first ones shown' : '';
  return seeds === 1
    ? `${plural(count, 'image')}${more}`
    : `${plural(count, 'prediction')} over ${plural(seeds, 'seed')}${more}`;
}

/** The file's name, or the position in the test split. */
export function titleOfImage({ file, index }: ConfusedImage): string {
  return file === undefined ? `test ${index}` : (file.split('/').at(-1) ?? file);
}

/** `2 of 3 seeds`. */
export function describeSeeds({ seeds }: ConfusedImage, { row }: SelectedCell): string {
  const all = row.cells.filter(({ status }) => status === 'finished').length;
  return all === 1 ? `seed ${seeds.join()}` : `${seeds.length} of ${all} seeds`;
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
