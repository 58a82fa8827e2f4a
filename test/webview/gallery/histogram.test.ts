import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import {
  brush,
  clampRange,
  computeHistogram,
  moveHandle,
  shiftRange,
} from '../../../webview/gallery/histogram.ts';

const DOMAIN = { min: 0, max: 8 };

describe('computeHistogram', () => {
  test('counts the given rows over the range of all values, the last bin with its upper edge', () => {
    const values = Float32Array.from([0, 1, 2, 7.5, 8, NaN, Infinity]);
    const { min, max, counts } = computeHistogram(values, [1, 2, 3, 4, 5, 6], 4);
    assert.deepEqual({ min, max }, DOMAIN);
    assert.deepEqual([...counts], [1, 1, 0, 2]);
  });

  test('stands equal values and no values at all', () => {
    const equal = computeHistogram(Float32Array.from([2, 2]), [0, 1], 4);
    assert.deepEqual([equal.min, equal.max, ...equal.counts], [2, 2, 2, 0, 0, 0]);
    const none = computeHistogram(Float32Array.from([NaN]), [0], 2);
    assert.deepEqual([none.min, none.max, ...none.counts], [0, 0, 0, 0]);
  });
});

describe('a range', () => {
  test('has ends that stay inside and never pass each other', () => {
    assert.deepEqual(moveHandle({ min: 2, max: 5 }, DOMAIN, 'min', 7), { min: 5, max: 5 });
    assert.deepEqual(moveHandle({ min: 2, max: 5 }, DOMAIN, 'max', 100), { min: 2, max: 8 });
    assert.deepEqual(moveHandle(undefined, DOMAIN, 'max', 3), { min: 0, max: 3 });
  });

  test('is none when it covers everything, and stays as it was for what is no number', () => {
    assert.equal(moveHandle({ min: 2, max: 8 }, DOMAIN, 'min', -1), undefined);
    assert.deepEqual(moveHandle({ min: 2, max: 5 }, DOMAIN, 'min', NaN), { min: 2, max: 5 });
    assert.equal(brush(DOMAIN, 9, -1), undefined);
  });

  test('is drawn in both directions and moved as a whole', () => {
    assert.deepEqual(brush(DOMAIN, 6, 2), { min: 2, max: 6 });
    assert.deepEqual(shiftRange({ min: 2, max: 5 }, DOMAIN, 100), { min: 5, max: 8 });
    assert.deepEqual(shiftRange({ min: 2, max: 5 }, DOMAIN, -1), { min: 1, max: 4 });
  });

  test('of another run is shown inside the domain', () => {
    assert.deepEqual(clampRange({ min: 20, max: 30 }, DOMAIN), { min: 8, max: 8 });
    assert.deepEqual(clampRange(undefined, DOMAIN), DOMAIN);
  });
});
