import type { Task } from '../data/dataset.ts';
import { TsyndError } from '../protocol/errors.ts';

/** Probabilities of a classifier beside the true labels of the same N images. */
export interface Predictions {
  /**
   * [N, K], row-major. Binary tasks may have one column, the probability of class 1; for multi-label data each of the
   * L columns is the probability of one label.
   */
  readonly probs: Float32Array | Float64Array;
  /** [N] class indices; for multi-label data [N, L] of 0 and 1. */
  readonly labels: Int32Array;
  readonly task: Task;
  /** K; for multi-label data L. */
  readonly numClasses: number;
}

/** A probability above it is a positive prediction, as in MedMNIST's evaluator. */
const THRESHOLD = 0.5;

export function countImages({ labels, task, numClasses }: Predictions): number {
  return task === 'multi-label' ? labels.length / numClasses : labels.length;
}

/** Columns of `probs`: `numClasses`, or 1 for binary tasks with one probability. */
export function countColumns(predictions: Predictions): number {
  return predictions.probs.length / countImages(predictions);
}

/**
 * [N] predicted class indices: the last column above 0.5 for binary tasks, else the first of the most probable; for
 * multi-label data [N, L] of 0 and 1.
 */
export function predictLabels(predictions: Predictions): Int32Array {
  const { probs, task } = predictions;
  const columns = countColumns(predictions);
  if (task === 'multi-label') return Int32Array.from(probs, isPositive);
  return Int32Array.from({ length: countImages(predictions) }, (_, row) => {
    if (task === 'binary-class') return isPositive(probs[(row + 1) * columns - 1]);
    let best = row * columns;
    for (let at = best + 1; at < (row + 1) * columns; at++) if (probs[at] > probs[best]) best = at;
    return best - row * columns;
  });
}

/**
 * Throws TsyndError 'dataset/too-small' when there are no images, 'training/diverged' when a probability is not a
 * number, and 'internal' when sizes, labels or probabilities cannot be right.
 */
export function checkPredictions(predictions: Predictions): void {
  const { probs, labels, task, numClasses } = predictions;
  const numImages = countImages(predictions);
  if (numImages === 0) {
    throw new TsyndError('dataset/too-small', 'There are no images to evaluate.', {
      remedy: 'Use a dataset whose split holds at least one image of each class.',
    });
  }
  const columns = countColumns(predictions);
  const mayHaveOneColumn = task === 'binary-class' && numClasses === 2;
  if (!Number.isInteger(numImages) || (columns !== numClasses && !(mayHaveOneColumn && columns === 1))) {
    throw wrong(
      `${probs.length} probabilities and ${labels.length} labels do not fit ${numClasses} classes (${task}).`,
    );
  }
  const highest = task === 'multi-label' ? 1 : numClasses - 1;
  const wrongLabel = labels.findIndex((label) => label < 0 || label > highest);
  if (wrongLabel >= 0)
    throw wrong(`Label ${labels[wrongLabel]} at ${wrongLabel} is not between 0 and ${highest}.`);

  const notANumber = probs.findIndex(Number.isNaN);
  if (notANumber >= 0) {
    const image = Math.floor(notANumber / columns);
    throw new TsyndError('training/diverged', `The classifier's output for image ${image} is not a number.`, {
      remedy: 'Train it again with a lower learning rate.',
      details: { image },
    });
  }
  const outside = probs.findIndex((prob) => prob < 0 || prob > 1 + 1e-5);
  if (outside >= 0) throw wrong(`Probability ${probs[outside]} at ${outside} is not between 0 and 1.`);
}

function isPositive(prob: number): 0 | 1 {
  return prob > THRESHOLD ? 1 : 0;
}

function wrong(message: string): TsyndError {
  return new TsyndError('internal', message, { remedy: 'Please report this.' });
}
