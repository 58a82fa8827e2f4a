/** Against NumPy and SciPy: test/parity/qualityFixtures.py. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { makePoints } from '../../../src/evaluation/quality/points.ts';
import {
  radiomicFeatures,
  radiomicNames,
} from '../../../src/evaluation/quality/radiomics/radiomicFeatures.ts';
import { standardisationOf, standardise } from '../../../src/evaluation/quality/standardisation.ts';
import { loadQuality } from '../../support/fixtures.ts';
import { drawPoints } from './drawPoints.ts';

const fixture = await loadQuality();

describe('radiomic features', () => {
  for (const name of fixture.description.images) {
    test(`as NumPy and SciPy compute them: ${name}`, () => {
      const { data, shape } = fixture.tensor(`images/${name}`);
      const channels = shape[0] === 1 ? 1 : 3;
      const expected = fixture.tensor(`radiomics/${name}`).data;
      const features = radiomicFeatures(data, channels, shape[1]);
      const names = radiomicNames(channels);
      assert.equal(features.length, expected.length);
      assert.equal(names.length, features.length);
      features.forEach((feature, at) => {
        const isClose = Math.abs(feature - expected[at]) <= 1e-9 * Math.max(1, Math.abs(expected[at]));
        assert.ok(isClose, `${names[at]} is ${feature}, not ${expected[at]}`);
      });
    });
  }

  test('have names of their own', () => {
    const names = radiomicNames(3);
    assert.equal(new Set(names).size, names.length);
  });

  test('of images too small for three levels of wavelets are refused', () => {
    assert.throws(() => radiomicFeatures(new Float64Array(49), 1, 7), RangeError);
  });
});

describe('standardisation', () => {
  const points = drawPoints('points', 30, 2, { mean: 4, deviation: 3 });

  test('gives mean 0 and deviation 1', () => {
    const { mean, deviation } = standardisationOf(standardise(points, standardisationOf(points)));
    for (const value of mean) assert.ok(Math.abs(value) < 1e-12);
    for (const value of deviation) assert.ok(Math.abs(value - 1) < 1e-12);
  });

  test('keeps differences where the training images have none', () => {
    const constant = standardisationOf(makePoints(new Float64Array(8).fill(0.1), 4, 2));
    const other = standardise(makePoints(Float64Array.from([0.1, 0.35]), 1, 2), constant);
    assert.ok(Math.abs(other.data[0]) < 1e-12);
    assert.ok(Math.abs(other.data[1] - 0.25) < 1e-12);
  });
});
