import { labelWidth, selectImages } from '../data/batch.ts';
import type { LabelledImages } from '../data/dataset.ts';
import { subsetIndices } from '../data/splits.ts';
import { deriveKey, randomKey } from '../engine/random.ts';
import type { RunSession } from './runSession.ts';

/**
 * The validation images that choose the epoch: all, or as small a stratified share as that of the training images whose
 * labels are seen, with at least one of each class. Whoever has labels of few training images has no more of validation
 * images.
 */
export function validationImages({
  dataset: { val },
  settings,
}: Pick<RunSession, 'dataset' | 'settings'>): LabelledImages<'val'> {
  if (settings.classifier.validation === 'full') return val;
  const { seed, subsetSeed = seed, fraction } = settings;
  const key = deriveKey(randomKey(subsetSeed), 'validation');
  return selectImages(val, subsetIndices(val.labels, fraction, key, labelWidth(val)));
}
