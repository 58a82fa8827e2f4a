import { auroc } from './auroc.ts';
import {
  accuracy,
  balancedAccuracy,
  calibrationError,
  confusionMatrix,
  countLabels,
  crossEntropy,
  labelConfusionMatrices,
  majorityRate,
} from './metrics.ts';
import { checkPredictions, countImages, type Predictions } from './predictions.ts';

/** All that is reported of a classifier on one split. */
export interface Evaluation {
  readonly accuracy: number;
  readonly balancedAccuracy: number;
  /** Undefined where a class has no image; `warnings` then says which. */
  readonly auroc: number | undefined;
  /** Accuracy of always predicting the most frequent class: what `accuracy` must beat. */
  readonly majorityRate: number;
  /** [K, K], rows by true class; undefined for multi-label data. */
  readonly confusionMatrix: readonly (readonly number[])[] | undefined;
  /** [L, 2, 2], one matrix a label, for multi-label data only. */
  readonly labelConfusionMatrices: readonly (readonly (readonly number[])[])[] | undefined;
  /** Cross-entropy in nats. */
  readonly loss: number;
  /** Expected calibration error over 15 bins. */
  readonly calibrationError: number;
  readonly warnings: readonly string[];
}

/** Throws what `checkPredictions` throws. */
export function evaluatePredictions(predictions: Predictions): Evaluation {
  checkPredictions(predictions);
  const isMultiLabel = predictions.task === 'multi-label';
  return {
    accuracy: accuracy(predictions),
    balancedAccuracy: balancedAccuracy(predictions),
    auroc: auroc(predictions),
    majorityRate: majorityRate(predictions),
    confusionMatrix: isMultiLabel ? undefined : confusionMatrix(predictions),
    labelConfusionMatrices: isMultiLabel ? labelConfusionMatrices(predictions) : undefined,
    loss: crossEntropy(predictions),
    calibrationError: calibrationError(predictions),
    warnings: undefinedAurocWarnings(predictions),
  };
}

function undefinedAurocWarnings(predictions: Predictions): string[] {
  const numImages = countImages(predictions);
  const counts = [...countLabels(predictions).entries()];
  if (predictions.task === 'multi-label') {
    return counts
      .filter(([, count]) => count === 0 || count === numImages)
      .map(
        ([label, count]) =>
          `The AUC is undefined: label ${label} is set in ${count === 0 ? 'none' : 'all'} of the images.`,
      );
  }
  return counts
    .filter(([, count]) => count === 0)
    .map(([label]) => `The AUC is undefined: class ${label} has no image.`);
}
