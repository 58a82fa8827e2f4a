import { countColumns, countImages, type Predictions } from './predictions.ts';

/**
 * Area under the receiver operating characteristic, as in MedMNIST's evaluator: of the last column for binary tasks,
 * otherwise the unweighted mean over the columns (one against the rest).
 *
 * Undefined when a class has no image, or for multi-label data when a label is the same in all images.
 */
export function auroc(predictions: Predictions): number | undefined {
  const { probs, labels, task, numClasses } = predictions;
  const numImages = countImages(predictions);
  const columns = countColumns(predictions);
  const areaOf = (column: number, isPositive: (row: number) => boolean): number | undefined => {
    const scores = Float64Array.from({ length: numImages }, (_, row) => probs[row * columns + column]);
    return rocAuc(scores, isPositive);
  };
  if (task === 'binary-class') return areaOf(columns - 1, (row) => labels[row] === 1);
  let sum = 0;
  for (let k = 0; k < numClasses; k++) {
    const area = areaOf(k, (row) =>
      task === 'multi-label' ? labels[row * numClasses + k] === 1 : labels[row] === k,
    );
    if (area === undefined) return undefined;
    sum += area;
  }
  return sum / numClasses;
}

/**
 * The probability that a positive scores above a negative, ties counting one half: the Mann-Whitney U statistic over
 * midranks. Undefined when there are no positives or no negatives.
 */
export function rocAuc(scores: Float64Array, isPositive: (index: number) => boolean): number | undefined {
  const order = Int32Array.from(scores, (_, index) => index).sort((a, b) => scores[a] - scores[b]);
  let positives = 0;
  let positiveRankSum = 0;
  for (let start = 0, end = 0; start < order.length; start = end) {
    while (end < order.length && scores[order[end]] === scores[order[start]]) end++;
    const midrank = (start + 1 + end) / 2;
    for (let at = start; at < end; at++) {
      if (!isPositive(order[at])) continue;
      positives++;
      positiveRankSum += midrank;
    }
  }
  const negatives = order.length - positives;
  if (positives === 0 || negatives === 0) return undefined;
  return (positiveRankSum - (positives * (positives + 1)) / 2) / (positives * negatives);
}
