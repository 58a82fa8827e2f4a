import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { deriveKey, integers, randomKey, uniforms } from '../../src/engine/random.ts';
import { auroc, rocAuc } from '../../src/evaluation/auroc.ts';
import { evaluatePredictions } from '../../src/evaluation/evaluatePredictions.ts';
import {
  accuracy,
  balancedAccuracy,
  calibrationError,
  confusionMatrix,
  crossEntropy,
  labelConfusionMatrices,
  majorityRate,
} from '../../src/evaluation/metrics.ts';
import { predictLabels, type Predictions } from '../../src/evaluation/predictions.ts';
import type { Task } from '../../src/data/dataset.ts';

function predictionsOf(task: Task, numClasses: number, probs: number[][], labels: number[]): Predictions {
  return { task, numClasses, probs: Float64Array.from(probs.flat()), labels: Int32Array.from(labels) };
}

function assertClose(actual: number | undefined, expected: number, tolerance = 1e-12): void {
  assert.ok(actual !== undefined && Math.abs(actual - expected) <= tolerance, `${actual} is not ${expected}`);
}

// Six images of three classes, worked out by hand.
const THREE_CLASSES = predictionsOf(
  'multi-class',
  3,
  [
    [0.6, 0.3, 0.1],
    [0.2, 0.5, 0.3],
    [0.1, 0.8, 0.1],
    [0.4, 0.4, 0.2],
    [0.2, 0.2, 0.6],
    [0.3, 0.1, 0.6],
  ],
  [0, 0, 1, 1, 1, 2],
);

const TWO_CLASSES = predictionsOf(
  'binary-class',
  2,
  [
    [0.9, 0.1],
    [0.5, 0.5],
    [0.4, 0.6],
    [0.2, 0.8],
    [0.7, 0.3],
  ],
  [0, 0, 0, 1, 1],
);

// Four images with two labels each.
const TWO_LABELS = predictionsOf(
  'multi-label',
  2,
  [
    [0.9, 0.2],
    [0.4, 0.5],
    [0.6, 0.7],
    [0.1, 0.6],
  ],
  [1, 0, 1, 0, 0, 1, 0, 0],
);

describe('multi-class', () => {
  test('predictions are the first of the most probable classes', () => {
    assert.deepEqual([...predictLabels(THREE_CLASSES)], [0, 1, 1, 0, 2, 2]);
  });

  test('accuracy, balanced accuracy, majority rate and confusion matrix', () => {
    assertClose(accuracy(THREE_CLASSES), 3 / 6);
    assertClose(balancedAccuracy(THREE_CLASSES), (1 / 2 + 1 / 3 + 1) / 3);
    assertClose(majorityRate(THREE_CLASSES), 3 / 6);
    assert.deepEqual(confusionMatrix(THREE_CLASSES), [
      [1, 1, 0],
      [1, 1, 1],
      [0, 0, 1],
    ]);
  });

  test('AUC is the unweighted mean of one against the rest', () => {
    // Class 0: 0.6 beats four, 0.2 beats 0.1 and ties with 0.2. Class 1: 0.8 beats three, 0.4 two, 0.2 one.
    // Class 2: 0.6 beats four and ties with one.
    const expected = ((4 + 1.5) / 8 + (3 + 2 + 1) / 9 + 4.5 / 5) / 3;
    assertClose(auroc(THREE_CLASSES), expected);
    assertClose(auroc({ ...THREE_CLASSES, task: 'ordinal-regression' }), expected);
  });

  test('loss is the mean negative log-probability in nats, kept finite', () => {
    const truths = [0.6, 0.2, 0.8, 0.4, 0.2, 0.6];
    assertClose(crossEntropy(THREE_CLASSES), -truths.reduce((sum, prob) => sum + Math.log(prob), 0) / 6);
    assertClose(crossEntropy(predictionsOf('multi-class', 3, [[0, 1, 0]], [0])), 100);
  });

  test('calibration error compares probability and accuracy in 15 bins', () => {
    // Bins: 0.6 (right), 0.6 (wrong), 0.6 (right) together; 0.5 (wrong); 0.8 (right); 0.4 (wrong).
    assertClose(calibrationError(THREE_CLASSES), (Math.abs(1.8 - 2) + 0.5 + 0.2 + 0.4) / 6);
    const sure = predictionsOf(
      'multi-class',
      3,
      [
        [0, 0, 1],
        [1, 0, 0],
      ],
      [2, 1],
    );
    assertClose(calibrationError(sure), 0.5);
  });
});

describe('binary', () => {
  test('the last column decides, strictly above one half', () => {
    assert.deepEqual([...predictLabels(TWO_CLASSES)], [0, 0, 1, 1, 0]);
    assertClose(accuracy(TWO_CLASSES), 3 / 5);
    assertClose(balancedAccuracy(TWO_CLASSES), (2 / 3 + 1 / 2) / 2);
    assertClose(auroc(TWO_CLASSES), (3 + 1) / 6);
  });

  test('one column of probabilities gives the same numbers as two', () => {
    const { probs, labels } = TWO_CLASSES;
    const one: Predictions = { ...TWO_CLASSES, probs: probs.filter((_, at) => at % 2 === 1), labels };
    const [fromOne, fromTwo] = [evaluatePredictions(one), evaluatePredictions(TWO_CLASSES)];
    assertClose(fromOne.loss, fromTwo.loss);
    assertClose(fromOne.calibrationError, fromTwo.calibrationError);
    assert.deepEqual(
      { ...fromOne, loss: 0, calibrationError: 0 },
      { ...fromTwo, loss: 0, calibrationError: 0 },
    );
  });
});

describe('multi-label', () => {
  test('every metric is the mean over the labels', () => {
    // Label 0 is right for images 0 and 3; label 1 is right for images 0, 1 and 2.
    assertClose(accuracy(TWO_LABELS), (2 / 4 + 3 / 4) / 2);
    assertClose(balancedAccuracy(TWO_LABELS), ((1 / 2 + 1 / 2) / 2 + (2 / 3 + 1) / 2) / 2);
    assertClose(majorityRate(TWO_LABELS), (2 / 4 + 3 / 4) / 2);
    assertClose(auroc(TWO_LABELS), ((2 + 1) / 4 + 3 / 3) / 2);
    assert.deepEqual(labelConfusionMatrices(TWO_LABELS), [
      [
        [1, 1],
        [1, 1],
      ],
      [
        [2, 1],
        [0, 1],
      ],
    ]);
    assert.throws(() => confusionMatrix(TWO_LABELS), RangeError);
  });

  test('loss and calibration count each label of each image', () => {
    const truths = [0.9, 0.8, 0.4, 0.5, 0.4, 0.7, 0.9, 0.4];
    assertClose(crossEntropy(TWO_LABELS), -truths.reduce((sum, prob) => sum + Math.log(prob), 0) / 8);
    // Right at 0.9, 0.8, 0.5, 0.7, 0.9; wrong at 0.6 three times.
    assertClose(calibrationError(TWO_LABELS), (0.2 + 0.2 + 0.5 + 0.3 + 1.8) / 8);
  });
});

describe('rocAuc', () => {
  /** Counts pairs of a positive and a negative that are in the right order, ties by one half. */
  function countedAuc(scores: Float64Array, truth: readonly boolean[]): number {
    let [right, pairs] = [0, 0];
    for (const [i, positive] of truth.entries()) {
      for (const [j, other] of truth.entries()) {
        if (!positive || other) continue;
        pairs++;
        if (scores[i] > scores[j]) right++;
        else if (scores[i] === scores[j]) right += 0.5;
      }
    }
    return right / pairs;
  }

  test('agrees with counting pairs, with and without ties', () => {
    for (let seed = 0; seed < 200; seed++) {
      const key = randomKey(seed);
      const count = 2 + integers(key, 1, 60)[0];
      const levels = seed % 2 === 0 ? 1e9 : 4;
      const scores = uniforms(deriveKey(key, 'scores'), count).map(
        (score) => Math.floor(score * levels) / levels,
      );
      const truth = Array.from(uniforms(deriveKey(key, 'truth'), count), (value) => value < 0.3);
      const area = rocAuc(scores, (index) => truth[index]);
      if (new Set(truth).size < 2) assert.equal(area, undefined);
      else assertClose(area, countedAuc(scores, truth));
    }
  });

  test('is 1 for a perfect order, 0 for its reverse, one half where all tie', () => {
    const isPositive = (index: number): boolean => index >= 2;
    assert.equal(rocAuc(Float64Array.of(1, 2, 3, 4), isPositive), 1);
    assert.equal(rocAuc(Float64Array.of(4, 3, 2, 1), isPositive), 0);
    assert.equal(rocAuc(Float64Array.of(5, 5, 5, 5), isPositive), 0.5);
  });
});

describe('random predictions', () => {
  /** Softmax-like rows for random labels. */
  function randomPredictions(seed: number, numImages: number, numClasses: number): Predictions {
    const key = randomKey(seed);
    const probs = uniforms(deriveKey(key, 'probs'), numImages * numClasses);
    for (let row = 0; row < numImages; row++) {
      const of = probs.subarray(row * numClasses, (row + 1) * numClasses);
      const total = of.reduce((sum, value) => sum + value, 0);
      of.forEach((value, k) => (of[k] = value / total));
    }
    const labels = integers(deriveKey(key, 'labels'), numImages, numClasses);
    return { task: 'multi-class', numClasses, probs, labels };
  }

  test('all numbers are those of the confusion matrix, in any order of the images', () => {
    for (let seed = 0; seed < 30; seed++) {
      const predictions = randomPredictions(seed, 80, 5);
      const evaluation = evaluatePredictions(predictions);
      const matrix = confusionMatrix(predictions);
      const rows = matrix.map((row) => row.reduce((sum, count) => sum + count, 0));
      assertClose(evaluation.accuracy, matrix.reduce((sum, row, k) => sum + row[k], 0) / 80);
      assertClose(evaluation.balancedAccuracy, matrix.reduce((sum, row, k) => sum + row[k] / rows[k], 0) / 5);
      assertClose(evaluation.majorityRate, Math.max(...rows) / 80);

      const reversed = evaluatePredictions({
        ...predictions,
        probs: Float64Array.from(
          { length: 400 },
          (_, at) => predictions.probs[(79 - Math.floor(at / 5)) * 5 + (at % 5)],
        ),
        labels: predictions.labels.slice().reverse(),
      });
      assertClose(reversed.auroc, evaluation.auroc ?? NaN);
      assertClose(reversed.loss, evaluation.loss);
      assertClose(reversed.calibrationError, evaluation.calibrationError);
      assert.deepEqual(reversed.confusionMatrix, evaluation.confusionMatrix);
    }
  });

  test('a classifier that is as sure as it is right is calibrated', () => {
    const numImages = 60_000;
    const key = randomKey(3);
    const probs = uniforms(deriveKey(key, 'probs'), numImages);
    const draws = uniforms(deriveKey(key, 'draws'), numImages);
    const labels = Int32Array.from(draws, (draw, index) => (draw < probs[index] ? 1 : 0));
    const calibrated: Predictions = { task: 'binary-class', numClasses: 2, probs, labels };
    assert.ok(calibrationError(calibrated) < 0.01);
    assert.ok(calibrationError({ ...calibrated, probs: probs.map((prob) => prob ** 3) }) > 0.05);
  });
});

describe('evaluatePredictions', () => {
  test('says why the AUC is undefined, and gives the rest', () => {
    const evaluation = evaluatePredictions({ ...THREE_CLASSES, labels: Int32Array.of(0, 0, 1, 1, 1, 1) });
    assert.equal(evaluation.auroc, undefined);
    assert.deepEqual(evaluation.warnings, ['The AUC is undefined: class 2 has no image.']);
    assertClose(evaluation.balancedAccuracy, (1 / 2 + 1 / 4) / 2);

    const labels = evaluatePredictions({ ...TWO_LABELS, labels: Int32Array.of(1, 0, 1, 0, 1, 0, 1, 0) });
    assert.equal(labels.auroc, undefined);
    assert.deepEqual(labels.warnings, [
      'The AUC is undefined: label 0 is set in all of the images.',
      'The AUC is undefined: label 1 is set in none of the images.',
    ]);
    assert.deepEqual(evaluatePredictions(THREE_CLASSES).warnings, []);
  });

  test('refuses what cannot be scored', () => {
    const cases: [Partial<Predictions>, string, RegExp][] = [
      [{ labels: new Int32Array(0), probs: new Float64Array(0) }, 'dataset/too-small', /no images/],
      [{ probs: new Float64Array(17) }, 'internal', /17 probabilities and 6 labels do not fit 3 classes/],
      [{ labels: Int32Array.of(0, 0, 1, 1, 1, 3) }, 'internal', /Label 3 at 5/],
      [{ labels: Int32Array.of(0, 0, 1, 1, -1, 2) }, 'internal', /Label -1 at 4/],
      [{ probs: THREE_CLASSES.probs.with(7, NaN) }, 'training/diverged', /image 2 is not a number/],
      [{ probs: THREE_CLASSES.probs.with(3, 1.5) }, 'internal', /Probability 1.5 at 3/],
      [{ task: 'multi-label', numClasses: 4 }, 'internal', /do not fit 4 classes/],
    ];
    for (const [change, code, message] of cases) {
      assert.throws(() => evaluatePredictions({ ...THREE_CLASSES, ...change }), { code, message });
    }
  });
});
