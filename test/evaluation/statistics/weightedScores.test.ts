import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { deriveKey, integers, randomKey, uniforms } from '../../../src/engine/random.ts';
import { evaluatePredictions } from '../../../src/evaluation/evaluatePredictions.ts';
import type { Predictions } from '../../../src/evaluation/predictions.ts';
import { countResamples, imageResamples } from '../../../src/evaluation/statistics/imageResamples.ts';
import { resampleScores, weightedScores } from '../../../src/evaluation/statistics/weightedScores.ts';
import { REPORTED_METRICS } from '../../../src/protocol/report.ts';

const key = randomKey(4);
const IMAGES = 40;

/** Probabilities in steps of 0.05, so that there are ties. */
function draw(task: Predictions['task'], numClasses: number, columns: number): Predictions {
  const isMultiLabel = task === 'multi-label';
  const raw = uniforms(deriveKey(key, task, columns), IMAGES * columns).map((p) => Math.round(p * 20) / 20);
  const probs = raw.map((value, at) => {
    if (isMultiLabel || columns === 1) return value;
    const row = raw.subarray(at - (at % columns), at - (at % columns) + columns);
    return (value + 0.01) / row.reduce((sum, next) => sum + next + 0.01, 0);
  });
  const labels = isMultiLabel
    ? integers(deriveKey(key, 'labels'), IMAGES * numClasses, 2)
    : integers(deriveKey(key, 'labels'), IMAGES, numClasses);
  return { probs, labels, task, numClasses };
}

/** The images copied as often as they count. */
function copied(predictions: Predictions, counts: Uint16Array): Predictions {
  const columns = predictions.probs.length / IMAGES;
  const perRow = predictions.labels.length / IMAGES;
  const probs: number[] = [];
  const labels: number[] = [];
  for (const [image, count] of counts.entries()) {
    for (let copy = 0; copy < count; copy++) {
      probs.push(...predictions.probs.subarray(image * columns, (image + 1) * columns));
      labels.push(...predictions.labels.subarray(image * perRow, (image + 1) * perRow));
    }
  }
  return { ...predictions, probs: Float64Array.from(probs), labels: Int32Array.from(labels) };
}

describe('scores of a resample are those of the images copied', () => {
  const cases: readonly [string, Predictions][] = [
    ['two classes', draw('binary-class', 2, 2)],
    ['two classes in one column', draw('binary-class', 2, 1)],
    ['three classes', draw('multi-class', 3, 3)],
    ['grades', draw('ordinal-regression', 4, 4)],
    ['labels', draw('multi-label', 3, 3)],
  ];
  for (const [name, predictions] of cases) {
    test(name, () => {
      const scores = weightedScores(predictions);
      for (const counts of imageResamples(IMAGES, 25, key)) {
        const direct = evaluatePredictions(copied(predictions, counts));
        for (const score of REPORTED_METRICS) {
          const expected = direct[score] ?? NaN;
          const found = scores[score](counts);
          assert.ok(
            Object.is(found, expected) || Math.abs(found - expected) < 1e-12,
            `${score}: ${found}, not ${expected}`,
          );
        }
      }
    });
  }

  test('and each image once is the test set', () => {
    const predictions = draw('multi-class', 3, 3);
    const found = resampleScores(predictions, [new Uint16Array(IMAGES).fill(1)]);
    const direct = evaluatePredictions(predictions);
    for (const score of REPORTED_METRICS) {
      assert.ok(Math.abs(found[score][0] - direct[score]!) < 1e-12, score);
    }
  });
});

test('the AUC of a resample without one of the classes is undefined, and the others are not', () => {
  const predictions = draw('binary-class', 2, 2);
  const counts = Uint16Array.from(predictions.labels, (label) => label);
  const scores = weightedScores(predictions);
  assert.ok(Number.isNaN(scores.auroc(counts)));
  assert.ok(Number.isFinite(scores.balancedAccuracy(counts)));
});

test('a resample draws as many images as there are, and the same key draws the same ones', () => {
  const drawn = imageResamples(30, 5, key);
  for (const counts of drawn)
    assert.equal(
      counts.reduce((sum, count) => sum + count, 0),
      30,
    );
  assert.notDeepEqual(drawn[0], drawn[1]);
  assert.deepEqual(imageResamples(30, 5, key), drawn);
  // About 63 % of the images are in a resample.
  const [large] = imageResamples(5000, 1, key);
  const share = large.filter((count) => count > 0).length / 5000;
  assert.ok(Math.abs(share - (1 - Math.exp(-1))) < 0.02, `${share}`);
});

test('large test sets are resampled less often, but 200 times at least', () => {
  assert.equal(countResamples(156, 2), 1000);
  assert.equal(countResamples(2005, 7), 200);
  assert.equal(countResamples(1000, 2), 500);
});
