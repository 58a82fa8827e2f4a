import type { Dataset } from '../../data/dataset.ts';
import type { SyntheticImages } from '../../data/trainingSet.ts';
import { deriveKey, permutation, type RandomKey } from '../../engine/random.ts';
import { TsyndError } from '../../protocol/errors.ts';

/** Positions of equally many images of each set. */
export interface ComparedImages {
  readonly count: number;
  /** Of training images, which all others are compared with. */
  readonly reference: Int32Array;
  /** Of other training images, which get noise: those that the reference holds would be too near to it. */
  readonly ladder: Int32Array;
  /** Of validation images. */
  readonly floor: Int32Array;
  readonly synthetic: Int32Array;
}

/** Enough for the distances to settle, and few enough for kernel matrices and eigenvalues. */
const LARGEST_COUNT = 1000;

/**
 * Draws the images whose distributions are compared. Frechet distance and recall depend on the number of images, so
 * that all sets get the same. Throws TsyndError 'dataset/too-small' for an empty set or a single training image.
 */
export function drawComparedImages(
  { train, val }: Pick<Dataset, 'train' | 'val'>,
  synthetic: Pick<SyntheticImages, 'count'>,
  key: RandomKey,
): ComparedImages {
  const count = Math.min(synthetic.count, val.count, Math.floor(train.count / 2), LARGEST_COUNT);
  if (count < 1) {
    throw new TsyndError(
      'dataset/too-small',
      `Quality cannot be measured with ${synthetic.count} synthetic, ${train.count} training and ${val.count} validation images.`,
      { remedy: 'It takes at least two training images and one of the others.' },
    );
  }
  const draw = (set: string, of: number): Int32Array => permutation(deriveKey(key, 'compared', set), of);
  const training = draw('train', train.count);
  return {
    count,
    reference: training.subarray(0, count),
    ladder: training.subarray(count, 2 * count),
    floor: draw('val', val.count).subarray(0, count),
    synthetic: draw('synthetic', synthetic.count).subarray(0, count),
  };
}
