import { gatherImages, gatherLabels } from '../data/batch.ts';
import type { TrainingImages } from '../data/trainingSet.ts';
import { floatTensor, type HostTensor } from '../engine/tensor.ts';
import type { RandomKey } from '../engine/random.ts';
import type { Method } from '../protocol/methods.ts';
import { flipAndShift } from '../tsynd/flipShift.ts';
import { drawMixing, mixImages } from '../tsynd/mixup.ts';

/**
 * The inputs of a training step of images that are in the training set: `images` of the first `count` of `indices`, as
 * the method changes them, `labels` of all indices, and what else `traceClassifierStep` asks for of mixed images.
 *
 * @param key decides what is drawn
 */
export function realBatch(
  method: Method,
  images: TrainingImages,
  indices: Int32Array,
  { count, key }: { readonly count: number; readonly key: RandomKey },
): Record<string, HostTensor> {
  const gathered = gatherImages(images, indices.subarray(0, count));
  const labels = gatherLabels(images, indices);
  if (method === 'flip-shift') return { images: flipAndShift(gathered, key), labels };
  if (method !== 'mixup') return { images: gathered, labels };
  const mixing = drawMixing(key, count);
  return {
    images: mixImages(gathered, mixing),
    labels,
    partnerLabels: gatherLabels(
      images,
      mixing.partners.map((partner) => indices[partner]),
    ),
    lambda: floatTensor([], Float64Array.of(mixing.lambda)),
  };
}
