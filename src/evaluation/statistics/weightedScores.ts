import { calibrationEntries, CALIBRATION_BINS, logLosses } from '../metrics.ts';
import { countColumns, countImages, predictLabels, type Predictions } from '../predictions.ts';
import { weightedAuroc } from './weightedAuroc.ts';

/** Scores that resamples are compared by. */
export type ResampledScore = 'accuracy' | 'balancedAccuracy' | 'auroc' | 'calibrationError' | 'loss';

/** A score of the images, each counted as often as `counts` [N] says; NaN where it is undefined. */
export type WeightedScore = (counts: Uint16Array) => number;

/**
 * The scores of `evaluatePredictions` as functions of how often each image counts, so that a bootstrap resample costs
 * one pass and no copy. What does not depend on the counts is computed once, sorting included.
 */
export function weightedScores(predictions: Predictions): Readonly<Record<ResampledScore, WeightedScore>> {
  return {
    accuracy: weightedAccuracy(predictions),
    balancedAccuracy: weightedBalancedAccuracy(predictions),
    auroc: weightedAuroc(predictions),
    calibrationError: weightedCalibrationError(predictions),
    loss: weightedMean(perImage(predictions, logLosses(predictions))),
  };
}

/** Of all scores one value a resample, NaN where the score is undefined. */
export function resampleScores(
  predictions: Predictions,
  resamples: readonly Uint16Array[],
): Readonly<Record<ResampledScore, Float64Array>> {
  const scores = weightedScores(predictions);
  const of = (score: ResampledScore): Float64Array =>
    Float64Array.from(resamples, (counts) => scores[score](counts));
  return {
    accuracy: of('accuracy'),
    balancedAccuracy: of('balancedAccuracy'),
    auroc: of('auroc'),
    calibrationError: of('calibrationError'),
    loss: of('loss'),
  };
}

function weightedAccuracy(predictions: Predictions): WeightedScore {
  const { labels } = predictions;
  const right = Float64Array.from(predictLabels(predictions), (predicted, index) =>
    predicted === labels[index] ? 1 : 0,
  );
  return weightedMean(perImage(predictions, right));
}

/** Mean over the classes that are drawn; for multi-label data over the labels, each taken as a binary task. */
function weightedBalancedAccuracy(predictions: Predictions): WeightedScore {
  const { labels, task, numClasses } = predictions;
  const predicted = predictLabels(predictions);
  const isMultiLabel = task === 'multi-label';
  const labelCount = isMultiLabel ? numClasses : 1;
  const classCount = isMultiLabel ? 2 : numClasses;
  const numImages = countImages(predictions);
  return (counts) => {
    let sum = 0;
    for (let column = 0; column < labelCount; column++) {
      const totals = new Float64Array(classCount);
      const hits = new Float64Array(classCount);
      for (let image = 0, at = column; image < numImages; image++, at += labelCount) {
        totals[labels[at]] += counts[image];
        if (predicted[at] === labels[at]) hits[labels[at]] += counts[image];
      }
      let recalls = 0;
      let classes = 0;
      for (let label = 0; label < classCount; label++) {
        if (totals[label] === 0) continue;
        recalls += hits[label] / totals[label];
        classes++;
      }
      sum += recalls / classes;
    }
    return sum / labelCount;
  };
}

function weightedCalibrationError(predictions: Predictions): WeightedScore {
  const { bins, surplus } = calibrationEntries(predictions);
  const numImages = countImages(predictions);
  const perRow = bins.length / numImages;
  return (counts) => {
    const sums = new Float64Array(CALIBRATION_BINS);
    let total = 0;
    for (let image = 0, at = 0; image < numImages; image++) {
      const count = counts[image];
      total += count;
      for (const end = at + perRow; at < end; at++) sums[bins[at]] += count * surplus[at];
    }
    return sums.reduce((sum, value) => sum + Math.abs(value), 0) / (total * perRow);
  };
}

/** [N]: means over the labels of each image. */
function perImage(predictions: Predictions, entries: Float64Array): Float64Array {
  const perRow = predictions.task === 'multi-label' ? countColumns(predictions) : 1;
  if (perRow === 1) return entries;
  return Float64Array.from({ length: countImages(predictions) }, (_, image) => {
    let sum = 0;
    for (let at = image * perRow; at < (image + 1) * perRow; at++) sum += entries[at];
    return sum / perRow;
  });
}

function weightedMean(values: Float64Array): WeightedScore {
  return (counts) => {
    let sum = 0;
    let total = 0;
    for (let image = 0; image < values.length; image++) {
      sum += counts[image] * values[image];
      total += counts[image];
    }
    return sum / total;
  };
}
