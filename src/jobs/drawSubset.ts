import { labelWidth, selectImages } from '../data/batch.ts';
import type { Dataset, LabelledImages } from '../data/dataset.ts';
import { subsetIndices } from '../data/splits.ts';
import { deriveKey, randomKey } from '../engine/random.ts';
import type { GenerateSettings } from '../protocol/settings.ts';

/** The training images whose labels a classifier sees, and their positions in the training split. */
export function drawSubset(
  dataset: Dataset,
  { seed, subsetSeed = seed, fraction }: Pick<GenerateSettings, 'seed' | 'subsetSeed' | 'fraction'>,
): { subset: LabelledImages<'train'>; indices: Int32Array } {
  const key = deriveKey(randomKey(subsetSeed), 'subset');
  const indices = subsetIndices(dataset.train.labels, fraction, key, labelWidth(dataset.train));
  return { subset: selectImages(dataset.train, indices), indices };
}
