import { setImmediate } from 'node:timers/promises';
import { batchesOf, gatherImages, type BatchImages } from '../../data/batch.ts';
import { throwIfCancelled } from '../../data/dataset.ts';
import type { RandomKey } from '../../engine/random.ts';
import { makePoints, type Points } from '../../evaluation/quality/points.ts';
import { addNoise, noiseDraws } from '../../evaluation/robustness/perturbations.ts';
import { TsyndError } from '../../protocol/errors.ts';
import type { FeatureSpace } from './featureSpace.ts';

const BATCH_SIZE = 64;

export interface PointsRequest {
  /** Positions of the images; all when absent. */
  readonly indices?: Int32Array;
  /** Gaussian noise that is added first, each image's from its own key; the sum is clipped to [0, 1]. */
  readonly noise?: { readonly sigma: number; readonly key: RandomKey };
  readonly signal?: AbortSignal | undefined;
}

/** Images as points of a space. Throws TsyndError 'run/corrupt' for features that are no numbers, and 'cancelled'. */
export async function measurePoints(
  space: FeatureSpace,
  images: BatchImages,
  { indices = allOf(images), noise, signal }: PointsRequest,
): Promise<Points> {
  let data: Float64Array | undefined;
  let filled = 0;
  for (const batch of batchesOf(indices, BATCH_SIZE)) {
    const clean = gatherImages(images, batch);
    const features = await space.measure(
      noise ? addNoise(clean, noiseDraws(noise.key, batch, clean), noise.sigma) : clean,
    );
    data ??= new Float64Array((features.length / batch.length) * indices.length);
    data.set(features, filled);
    filled += features.length;
    await setImmediate();
    throwIfCancelled(signal, 'Measuring quality');
  }
  if (!data) throw new RangeError('measurePoints: there are no images.');
  if (data.every(Number.isFinite)) return makePoints(data, indices.length, data.length / indices.length);
  throw new TsyndError('run/corrupt', `The features of the space ${space.name} are not all numbers.`, {
    remedy: 'Choose another run, or train this one again with a lower learning rate.',
  });
}

function allOf({ count }: BatchImages): Int32Array {
  return Int32Array.from({ length: count }, (_, index) => index);
}
