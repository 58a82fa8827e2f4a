import { batchesOf, epochOrder } from '../data/batch.ts';
import type { LabelledImages, SplitName } from '../data/dataset.ts';
import { runKey, type RunSession } from './runSession.ts';

/** What the autoencoder sees of the dataset. */
export function autoencoderImages({ dataset, subset, settings }: RunSession): LabelledImages<'train'> {
  return settings.autoencoder.data === 'subset' ? subset : dataset.train;
}

/**
 * An epoch of all images is one pass over them; one of the subset has as many passes as make about as many steps, since
 * what an epoch costs beside them, validation and a saved state, is the same.
 */
export function epochLength(
  session: RunSession,
  batchSize: number,
): { readonly passes: number; readonly stepsPerEpoch: number } {
  const { dataset, settings } = session;
  const steps = Math.floor(autoencoderImages(session).count / batchSize);
  const all = Math.floor(dataset.train.count / Math.min(settings.autoencoder.batchSize, dataset.train.count));
  const passes = Math.max(1, Math.round(all / steps));
  return { passes, stepsPerEpoch: passes * steps };
}

/** Each pass over the images in an order of its own. */
export function* batchesOfEpoch(
  session: RunSession,
  epoch: number,
  { passes, batchSize }: { readonly passes: number; readonly batchSize: number },
): Generator<Int32Array> {
  const { count } = autoencoderImages(session);
  const key = runKey(session, 'autoencoder', 'order');
  for (let pass = 0; pass < passes; pass++) {
    yield* batchesOf(epochOrder(key, epoch * passes + pass, count), batchSize, { dropLast: true });
  }
}

/** Population variance of all pixels, in units of [0, 1]. */
export function pixelVariance({ pixels, maxValue }: LabelledImages<SplitName>): number {
  let sum = 0;
  let squares = 0;
  for (const value of pixels) {
    sum += value / maxValue;
    squares += (value / maxValue) ** 2;
  }
  const average = sum / pixels.length;
  // A dataset of one flat colour has none; the loss then stays in plain units.
  return Math.max(squares / pixels.length - average ** 2, 1e-6);
}
