/** Against NumPy and SciPy: test/parity/relevanceFixtures.py. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { deriveKey, normals, randomKey } from '../../../src/engine/random.ts';
import { gaussianBlur } from '../../../src/explain/relevance/gaussianBlur.ts';
import { imputeLinearly } from '../../../src/explain/relevance/imputation.ts';
import { curveTrials } from '../../../src/explain/relevance/insertionDeletion.ts';
import { localise } from '../../../src/explain/relevance/localisation.ts';
import { pixelOrders } from '../../../src/explain/relevance/pixelOrder.ts';
import { keptPixels, ROAD_PERCENTILES, roadTrials } from '../../../src/explain/relevance/road.ts';
import type { Trials } from '../../../src/explain/relevance/trials.ts';
import { loadRelevance } from '../../support/fixtures.ts';

const fixture = await loadRelevance();
const { percentiles, imputationCases, sigma, curves, localisation } = fixture.description;
const [image, map, weights] = ['image', 'map', 'weights'].map((name) => fixture.tensor(name).data);
const [channels, height, width] = fixture.tensor('image').shape;
const shape = { channels, height, width };
const area = height * width;
const key = randomKey(11);

function assertClose(actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number): void {
  assert.equal(actual.length, expected.length);
  for (let at = 0; at < expected.length; at++) {
    const isClose = Math.abs(actual[at] - expected[at]) <= tolerance;
    assert.ok(isClose, `${actual[at]} at ${at} is not ${expected[at]}`);
  }
}

/** sigmoid(sum(weights * image)) of each trial. */
function scoreOf<T>(trials: Trials<T>): T {
  const probs = Array.from({ length: trials.count }, (_, index) => {
    const pixels = trials.images.subarray(index * image.length, (index + 1) * image.length);
    return 1 / (1 + Math.exp(-pixels.reduce((sum, value, at) => sum + value * weights[at], 0)));
  });
  return trials.score(probs);
}

describe('imputation', () => {
  for (const name of imputationCases) {
    test(`agrees with a direct solver: ${name}`, () => {
      const kept = Uint8Array.from(fixture.tensor(`imputation/${name}/kept`).data);
      const expected = fixture.tensor(`imputation/${name}/filled`).data;
      assertClose(imputeLinearly(image, kept, shape), expected, 1e-9);
    });
  }
});

describe('ROAD', () => {
  test('removes the pixels that the percentiles of the map say', () => {
    assert.deepEqual([...ROAD_PERCENTILES], percentiles);
    const orders = pixelOrders(map, key);
    for (const [index, percentile] of percentiles.entries()) {
      for (const [name, order] of [
        ['morf', orders.mostRelevantFirst],
        ['lerf', orders.leastRelevantFirst],
      ] as const) {
        const expected = fixture.tensor(name).data.subarray(index * area, (index + 1) * area);
        assert.deepEqual([...keptPixels(order, percentile)], [...expected], `${name} at ${percentile}`);
      }
    }
  });

  test('asks about the imputed images, with noise on what was imputed alone', () => {
    const { images, count } = roadTrials(image, map, shape, key);
    assert.equal(count, 2 * percentiles.length);
    for (const [index, percentile] of percentiles.entries()) {
      const noise = normals(deriveKey(key, 'noise', percentile), image.length);
      for (const [side, name] of ['morf', 'lerf'].entries()) {
        const kept = fixture.tensor(name).data.subarray(index * area, (index + 1) * area);
        const filled = fixture.tensor(`${name}Filled`).data.subarray(index * image.length);
        const expected = Array.from(noise, (value, at) => filled[at] + (kept[at % area] ? 0 : 0.01 * value));
        const start = (2 * index + side) * image.length;
        assertClose(images.subarray(start, start + image.length), expected, 1e-6);
      }
    }
  });
});

test('the blurred image is that of SciPy', () => {
  assertClose(gaussianBlur(image, shape, sigma), fixture.tensor('blurred').data, 1e-12);
});

test('the areas of insertion and deletion are those of NumPy', () => {
  const { insertion, deletion } = scoreOf(curveTrials(image, map, shape, key));
  assertClose([insertion, deletion], [curves.insertion, curves.deletion], 1e-6);
});

describe('localisation', () => {
  for (const [name, expected] of Object.entries(localisation)) {
    test(`is the mean over all ways to break ties: ${name}`, () => {
      const mask = Uint8Array.from(fixture.tensor(`localisation/${name}/mask`).data);
      const found = localise(fixture.tensor(`localisation/${name}/map`).data, mask);
      assert.ok(found);
      const { relevanceMass, relevanceRank, pointingGame } = found;
      assertClose(
        [relevanceMass, relevanceRank, pointingGame],
        [expected.relevanceMass, expected.relevanceRank, expected.pointingGame],
        1e-12,
      );
    });
  }
});
