import { countColumns, countImages, predictLabels, type Predictions } from './predictions.ts';

/** Share of right predictions; for multi-label data the mean over the labels, as in MedMNIST's evaluator. */
export function accuracy(predictions: Predictions): number {
  const { labels } = predictions;
  let right = 0;
  for (const [index, predicted] of predictLabels(predictions).entries())
    if (predicted === labels[index]) right++;
  return right / labels.length;
}

/**
 * Mean recall over the classes that have images; for multi-label data the mean over the labels, each taken as a
 * binary task.
 */
export function balancedAccuracy(predictions: Predictions): number {
  if (predictions.task !== 'multi-label') return meanRecall(confusionMatrix(predictions));
  return mean(labelConfusionMatrices(predictions).map(meanRecall));
}

/** [K, K] counts of images, rows by true class, columns by predicted class. Not for multi-label data (RangeError). */
export function confusionMatrix(predictions: Predictions): number[][] {
  const { labels, task, numClasses } = predictions;
  if (task === 'multi-label')
    throw new RangeError('confusionMatrix: multi-label data has one matrix for each label.');
  return countPairs(labels, predictLabels(predictions), numClasses);
}

/** For multi-label data [L, 2, 2]: a confusion matrix for each label. */
export function labelConfusionMatrices(predictions: Predictions): number[][][] {
  const { labels, numClasses } = predictions;
  const predicted = predictLabels(predictions);
  return Array.from({ length: numClasses }, (_, column) => {
    const ofColumn = (values: Int32Array): Int32Array =>
      values.filter((_value, at) => at % numClasses === column);
    return countPairs(ofColumn(labels), ofColumn(predicted), 2);
  });
}

/** Accuracy of always predicting the most frequent class; for multi-label data the mean over the labels. */
export function majorityRate(predictions: Predictions): number {
  const numImages = countImages(predictions);
  const counts = countLabels(predictions);
  if (predictions.task !== 'multi-label') return Math.max(...counts) / numImages;
  return mean(counts.map((count) => Math.max(count, numImages - count) / numImages));
}

/** Log-probabilities are cut off here, as in PyTorch's binary_cross_entropy, so that one sure mistake is not infinite. */
const LOWEST_LOG_PROB = -100;

/** Mean negative log-probability of the truth, in nats; for multi-label data the mean over images and labels. */
export function crossEntropy(predictions: Predictions): number {
  const losses = logLosses(predictions);
  return losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
}

/** [N], for multi-label data [N, L]: negative log-probability of each true label, in nats. */
export function logLosses(predictions: Predictions): Float64Array {
  return Float64Array.from(
    predictions.labels,
    (label, index) => -Math.max(Math.log(probOfLabel(predictions, index, label)), LOWEST_LOG_PROB),
  );
}

export const CALIBRATION_BINS = 15;

/**
 * Expected calibration error: mean distance between the probability of the prediction and its accuracy over
 * `numBins` equal bins, weighted by their counts (Guo, Pleiss, Sun, Weinberger: On Calibration of Modern Neural
 * Networks, ICML 2017). For multi-label data each label of each image counts as one binary prediction.
 */
export function calibrationError(predictions: Predictions, numBins = CALIBRATION_BINS): number {
  const { bins, surplus } = calibrationEntries(predictions, numBins);
  const sums = new Float64Array(numBins);
  for (const [index, bin] of bins.entries()) sums[bin] += surplus[index];
  return sums.reduce((sum, value) => sum + Math.abs(value), 0) / bins.length;
}

/**
 * What each prediction adds to the calibration error: its bin, and its probability minus 1 where it is right. Both
 * [N], for multi-label data [N, L].
 */
export function calibrationEntries(
  predictions: Predictions,
  numBins = CALIBRATION_BINS,
): { readonly bins: Uint8Array; readonly surplus: Float64Array } {
  const { labels } = predictions;
  const bins = new Uint8Array(labels.length);
  const surplus = new Float64Array(labels.length);
  for (const [index, predicted] of predictLabels(predictions).entries()) {
    const prob = probOfLabel(predictions, index, predicted);
    bins[index] = Math.min(numBins - 1, Math.max(0, Math.ceil(prob * numBins) - 1)); // Bins are (low, high].
    surplus[index] = prob - (predicted === labels[index] ? 1 : 0);
  }
  return { bins, surplus };
}

/** Images of each class; for multi-label data the images that have each label. */
export function countLabels({ labels, task, numClasses }: Predictions): number[] {
  const counts = new Array<number>(numClasses).fill(0);
  for (const [index, label] of labels.entries()) {
    if (task !== 'multi-label') counts[label]++;
    else counts[index % numClasses] += label;
  }
  return counts;
}

/** The probability of `label` in the entry of `labels` at `index`. */
function probOfLabel(predictions: Predictions, index: number, label: number): number {
  const { probs, task } = predictions;
  const columns = countColumns(predictions);
  if (task !== 'multi-label' && columns > 1) return probs[index * columns + label];
  return label === 1 ? probs[index] : 1 - probs[index];
}

function countPairs(labels: Int32Array, predicted: Int32Array, numClasses: number): number[][] {
  const matrix = Array.from({ length: numClasses }, () => new Array<number>(numClasses).fill(0));
  for (const [index, label] of labels.entries()) matrix[label][predicted[index]]++;
  return matrix;
}

function meanRecall(matrix: readonly number[][]): number {
  const recalls: number[] = [];
  for (const [label, row] of matrix.entries()) {
    const total = row.reduce((sum, count) => sum + count, 0);
    if (total > 0) recalls.push(row[label] / total);
  }
  return mean(recalls);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
