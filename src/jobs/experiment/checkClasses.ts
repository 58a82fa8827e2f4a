import { SPLIT_NAMES, type Dataset, type SplitName } from '../../data/dataset.ts';
import { TsyndError } from '../../protocol/errors.ts';
import type { ExperimentPlan } from '../../protocol/experiment.ts';

type ClassCounts = ExperimentPlan['datasets'][number]['classCounts'];

/** Images of each class, for multi-label data with each label, in each split. */
export function countClasses({ task, classNames, ...splits }: Dataset): ClassCounts {
  const count = (split: SplitName): number[] => {
    const counts = new Array<number>(classNames.length).fill(0);
    const { labels } = splits[split];
    if (task === 'multi-label') labels.forEach((value, index) => (counts[index % counts.length] += value));
    else labels.forEach((label) => counts[label]++);
    return counts;
  };
  return { train: count('train'), val: count('val'), test: count('test') };
}

/**
 * Throws TsyndError 'dataset/invalid' when a split lacks a class: it could not be learned, or its AUC would be undefined.
 * Of a label, a split needs images with it and images without.
 */
export function checkClasses(dataset: Dataset): void {
  const counts = countClasses(dataset);
  const isMultiLabel = dataset.task === 'multi-label';
  const missing = SPLIT_NAMES.flatMap((split) => {
    const { count } = dataset[split];
    return dataset.classNames.flatMap((name, index) => {
      const found = counts[split][index];
      if (found === 0) return [`no ${split} image is '${name}'`];
      return isMultiLabel && found === count ? [`all ${split} images are '${name}'`] : [];
    });
  });
  if (missing.length === 0) return;
  throw new TsyndError('dataset/invalid', `In ${dataset.name}, ${missing.join(', ')}.`, {
    remedy:
      'Every split needs images of every class, or the AUC is undefined: give other splits, or another dataset.',
    details: { missing },
  });
}
