import type { Dataset } from '../data/dataset.ts';
import { predictLabels } from '../evaluation/predictions.ts';

/** What probabilities [K] predict: a class index, or for multi-label data one 0 or 1 a label. */
export function predictedLabel(
  { task, classNames }: Pick<Dataset, 'task' | 'classNames'>,
  probs: readonly number[],
): number | (0 | 1)[] {
  const numClasses = classNames.length;
  const predicted = predictLabels({
    probs: Float64Array.from(probs),
    labels: new Int32Array(task === 'multi-label' ? numClasses : 1),
    task,
    numClasses,
  });
  return task === 'multi-label' ? Array.from(predicted, (value) => (value > 0 ? 1 : 0)) : predicted[0];
}
