import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { selectiveFilter } from '../../../src/jobs/trainingSet/selectiveFilter.ts';
import { uncertainBand } from '../../../src/jobs/trainingSet/uncertainBand.ts';

const vectors = (...rows: number[][]): Float64Array[] => rows.map((row) => Float64Array.from(row));

describe('the selective filter', () => {
  // Centroids: class 0 at (1, 0), class 1 at (0, 1).
  const real = {
    features: vectors([0.8, 0], [1.2, 0], [0, 1], [0, 1]),
    labels: Int32Array.from([0, 0, 1, 1]),
  };

  test('keeps images whose nearest centroid is their label, the closest first, class by class', () => {
    const features = vectors([0, 0.8], [0.6, 0], [0.9, 0], [0, 0.9], [0.7, 0.1]);
    const labels = Int32Array.from([1, 0, 0, 0, 0]);
    assert.deepEqual(selectiveFilter(features, labels, real), [2, 4, 1, 0]);
    assert.deepEqual(selectiveFilter(features, labels, real, 2), [2, 4, 0]);
  });

  test('leaves out what is as near to another class, and what has a class without real images', () => {
    const features = vectors([0.5, 0.5], [1, 0]);
    assert.deepEqual(selectiveFilter(features, Int32Array.from([0, 2]), real), []);
  });

  test('ties are broken by position', () => {
    const features = vectors([0.9, 0], [0.9, 0], [0.9, 0]);
    assert.deepEqual(selectiveFilter(features, new Int32Array(3), real, 2), [0, 1]);
  });
});

describe('the uncertain band', () => {
  const information = Float64Array.from([0.5, 0.1, 0.4, 0.2, 0.3]);
  const all = [true, true, true, true, true];

  test('keeps what lies between the quantiles, which are included', () => {
    assert.deepEqual(uncertainBand(information, all, { low: 0.5, high: 1 }), [0, 2, 4]);
    assert.deepEqual(uncertainBand(information, all, { low: 0, high: 1 }), [0, 1, 2, 3, 4]);
    assert.deepEqual(uncertainBand(information, all, { low: 0.6, high: 0.9 }), [2]);
  });

  test('needs the label to be agreed with, but counts the others among the quantiles', () => {
    const agrees = [false, true, true, true, false];
    assert.deepEqual(uncertainBand(information, agrees, { low: 0.5, high: 1 }), [2]);
  });
});
