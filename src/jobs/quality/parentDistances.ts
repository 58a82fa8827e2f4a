import type { SyntheticImages } from '../../data/trainingSet.ts';
import { quantile } from '../../evaluation/bootstrap.ts';
import { squaredDistance } from '../../evaluation/quality/squaredDistance.ts';
import { TsyndError } from '../../protocol/errors.ts';
import type { QualityReport } from '../../protocol/quality.ts';
import type { MeasuredSpace } from './measureSpace.ts';
import { ownDistances } from './ownDistances.ts';

/** Throws TsyndError 'run/corrupt' for a parent that is no training image. */
export function checkParents(
  { parents = [] }: Pick<SyntheticImages, 'parents'>,
  trainingImages: number,
): void {
  const wrong = parents.find(
    (parent) => parent !== undefined && !(Number.isInteger(parent) && parent >= 0 && parent < trainingImages),
  );
  if (wrong === undefined) return;
  throw new TsyndError(
    'run/corrupt',
    `A synthetic image names training image ${wrong} of ${trainingImages} as its parent.`,
    { remedy: 'Check that the pool was made from this dataset.' },
  );
}

/**
 * How near synthetic images are to the training images that they were derived from, in the space of pixels; distances are
 * root mean squares over the pixels, of white.
 *
 * Returns undefined where no parent is known.
 */
export async function measureParents(
  { parents = [] }: Pick<SyntheticImages, 'parents'>,
  { synthetic, train, trainCopies }: MeasuredSpace,
  signal: AbortSignal | undefined,
): Promise<QualityReport['parents']> {
  const known = parents.flatMap((parent, image) => (parent === undefined ? [] : [{ parent, image }]));
  if (known.length === 0) return undefined;
  const rms = (distance: number): number => distance / Math.sqrt(train.dimensions);
  const { nearest, threshold } = trainCopies;

  const asked = Int32Array.from(new Set(known.map(({ parent }) => parent)));
  const own = await ownDistances(train, asked, signal);
  const ownOf = new Map(Array.from(asked, (parent, at) => [parent, own[at]]));
  const toParent = known.map(({ parent, image }) =>
    Math.sqrt(squaredDistance(synthetic, image, train, parent)),
  );
  return {
    known: known.length,
    medianToParent: rms(median(toParent)),
    medianParentToNearest: rms(median(known.map(({ parent }) => ownOf.get(parent)!))),
    closerThanReal: shareOf(toParent, (distance) => distance < threshold),
    // Of equally near ones the parent counts: copies in the training split do not hide it.
    nearestIsParent: shareOf(toParent, (distance, at) => distance <= nearest.distances[known[at].image]),
  };
}

function median(values: readonly number[]): number {
  return quantile(Float64Array.from(values).sort(), 0.5);
}

function shareOf(values: readonly number[], holds: (value: number, at: number) => boolean): number {
  return values.filter(holds).length / values.length;
}
