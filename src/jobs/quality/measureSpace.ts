import { setImmediate } from 'node:timers/promises';
import { throwIfCancelled, type Dataset, type SplitName } from '../../data/dataset.ts';
import type { SyntheticImages } from '../../data/trainingSet.ts';
import { deriveKey, type RandomKey } from '../../engine/random.ts';
import { authenticShare } from '../../evaluation/quality/authenticShare.ts';
import { distributionDistances, neighboursFor } from '../../evaluation/quality/distributionDistances.ts';
import { selectPoints, type Points } from '../../evaluation/quality/points.ts';
import { standardisationOf, standardise } from '../../evaluation/quality/standardisation.ts';
import type { QualityReport } from '../../protocol/quality.ts';
import type { ComparedImages } from './comparedImages.ts';
import { measureSplitCopies, type SplitCopies } from './copies.ts';
import type { FeatureSpace } from './featureSpace.ts';
import { measurePoints } from './measurePoints.ts';
import { ownDistances } from './ownDistances.ts';

/** Deviations of the noise, of white, by which a known change is shown. */
const LADDER_SIGMAS = [0.04, 0.12, 0.26] as const;

/** What measuring one space tells of its course, in order. */
export const SPACE_STEPS = ['features', 'nearest images', 'distributions'] as const;
export type SpaceStep = (typeof SPACE_STEPS)[number];

export interface SpaceRequest {
  readonly dataset: Dataset;
  readonly synthetic: SyntheticImages;
  readonly compared: ComparedImages;
  /** By split, how many synthetic images are pixel for pixel one of its images. */
  readonly exact: Readonly<Record<SplitName, number>>;
  readonly key: RandomKey;
  readonly signal: AbortSignal | undefined;
}

export interface MeasuredSpace {
  readonly report: QualityReport['spaces'][number];
  /** Synthetic and training images, and what is near in the training split. */
  readonly synthetic: Points;
  readonly train: Points;
  readonly trainCopies: SplitCopies;
}

/** Measures a pool in one space, and yields each step before it is taken. Throws like `measurePoints`. */
export async function* measureSpace(
  space: FeatureSpace,
  request: SpaceRequest,
): AsyncGenerator<SpaceStep, MeasuredSpace> {
  const { compared, exact, key, signal } = request;
  yield 'features';
  const points = await measureAll(space, request);
  yield 'nearest images';
  const copiesIn = (split: SplitName): Promise<SplitCopies> =>
    measureSplitCopies(points.synthetic, points[split], deriveKey(key, 'split', split), signal);
  const copies = {
    train: await copiesIn('train'),
    val: await copiesIn('val'),
    test: await copiesIn('test'),
  };
  const authentic = await measureAuthentic(points.train, copies.train, signal);
  yield 'distributions';
  const reference = selectPoints(points.train, compared.reference);
  const distancesTo = async (other: Points): Promise<ReturnType<typeof distributionDistances>> => {
    await setImmediate();
    throwIfCancelled(signal, 'Measuring quality');
    return distributionDistances(reference, other, deriveKey(key, 'kernel'));
  };
  const synthetic = await distancesTo(selectPoints(points.synthetic, compared.synthetic));
  const floor = await distancesTo(selectPoints(points.val, compared.floor));
  const ladder = [];
  for (const { sigma, noised } of points.ladder) ladder.push({ sigma, distances: await distancesTo(noised) });
  const copiesOf = (split: SplitName): QualityReport['spaces'][number]['copies']['train'] => {
    const { near, medianDistance } = copies[split];
    return { exact: exact[split], near, medianDistance };
  };
  const report = {
    name: space.name,
    sha256: space.sha256,
    dimensions: reference.dimensions,
    neighbours: neighboursFor(compared.count),
    synthetic,
    floor,
    ladder,
    copies: { train: copiesOf('train'), val: copiesOf('val'), test: copiesOf('test') },
    authentic,
  };
  return { report, synthetic: points.synthetic, train: points.train, trainCopies: copies.train };
}

type SpacePoints = Readonly<Record<SplitName | 'synthetic', Points>> & {
  readonly ladder: readonly { readonly sigma: number; readonly noised: Points }[];
};

async function measureAll(
  space: FeatureSpace,
  { dataset, synthetic, compared, key, signal }: SpaceRequest,
): Promise<SpacePoints> {
  const train = await measurePoints(space, dataset.train, { signal });
  const scale = standardisationOf(train);
  const scaled = (points: Points): Points => (space.isStandardised ? standardise(points, scale) : points);
  const ladder = [];
  for (const [rung, sigma] of LADDER_SIGMAS.entries()) {
    const noise = { sigma, key: deriveKey(key, 'ladder', rung) };
    const noised = await measurePoints(space, dataset.train, { indices: compared.ladder, noise, signal });
    ladder.push({ sigma, noised: scaled(noised) });
  }
  return {
    train: scaled(train),
    val: scaled(await measurePoints(space, dataset.val, { signal })),
    test: scaled(await measurePoints(space, dataset.test, { signal })),
    synthetic: scaled(await measurePoints(space, synthetic, { signal })),
    ladder,
  };
}

async function measureAuthentic(
  train: Points,
  { nearest }: SplitCopies,
  signal: AbortSignal | undefined,
): Promise<number> {
  const asked = Int32Array.from(new Set(nearest.indices));
  const own = await ownDistances(train, asked, signal);
  const ownOf = new Map(Array.from(asked, (position, at) => [position, own[at]]));
  return authenticShare(
    nearest.distances,
    Array.from(nearest.indices, (position) => ownOf.get(position)!),
  );
}
