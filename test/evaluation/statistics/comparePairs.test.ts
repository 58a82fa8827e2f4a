import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { deriveKey, integers, normals, randomKey } from '../../../src/engine/random.ts';
import { quantile } from '../../../src/evaluation/bootstrap.ts';
import { comparePairs, type ScorePairs } from '../../../src/evaluation/statistics/comparePairs.ts';

const key = randomKey(11);

/** Scores around `means` on resamples, with deviation 0.01. */
function around(means: readonly number[], name: string, samples = 400): Float64Array[] {
  return means.map((mean, seed) =>
    normals(deriveKey(key, name, seed), samples).map((value) => mean + 0.01 * value),
  );
}

function pairs(first: readonly number[], second: readonly number[], lessIsBetter = false): ScorePairs {
  const resampled = { first: around(first, 'first'), second: around(second, 'second') };
  return { first, second, resampled, lessIsBetter, key, samples: 1000 };
}

test('the interval over seeds and images is that of a direct resampling', () => {
  const request = pairs([0.7, 0.72, 0.69], [0.74, 0.7, 0.75]);
  const found = comparePairs(request)!;
  const means: number[] = [];
  for (let sample = 0; sample < 400; sample++) {
    const chosen = [...integers(deriveKey(key, 'seeds', sample), 3, 3)];
    const differences = chosen.map(
      (seed) => request.resampled!.second[seed][sample] - request.resampled!.first[seed][sample],
    );
    means.push(differences.reduce((sum, value) => sum + value, 0) / 3);
  }
  const sorted = Float64Array.from(means).sort();
  const interval = found.seedsAndImages!;
  assert.ok(Math.abs(interval.low - quantile(sorted, 0.025)) < 1e-12);
  assert.ok(Math.abs(interval.high - quantile(sorted, 0.975)) < 1e-12);
  assert.ok(Math.abs(found.mean - (0.04 - 0.02 + 0.06) / 3) < 1e-12);
  assert.deepEqual([found.pairs, found.resamples], [3, 400]);
  assert.ok(interval.high - interval.low > found.seeds.high - found.seeds.low);
});

describe('the verdict', () => {
  test('is better or worse only where the interval leaves zero out', () => {
    assert.equal(comparePairs(pairs([0.7, 0.71, 0.7], [0.8, 0.82, 0.81]))!.verdict, 'better');
    assert.equal(comparePairs(pairs([0.8, 0.82, 0.81], [0.7, 0.71, 0.7]))!.verdict, 'worse');
    assert.equal(comparePairs(pairs([0.7, 0.71, 0.7], [0.71, 0.7, 0.71]))!.verdict, 'unclear');
  });

  test('knows the scores of which less is better', () => {
    assert.equal(comparePairs(pairs([0.7, 0.71], [0.5, 0.5], true))!.verdict, 'better');
    assert.equal(comparePairs(pairs([0.5, 0.5], [0.7, 0.71], true))!.verdict, 'worse');
  });

  test('comes from the images too: seeds that all agree are not enough', () => {
    const first = [0.7, 0.7, 0.7];
    const second = [0.705, 0.705, 0.705];
    const found = comparePairs(pairs(first, second))!;
    assert.ok(found.seeds.low > 0);
    assert.equal(found.verdict, 'unclear');
  });

  test('is that nothing was tested with one pair, or without predictions', () => {
    assert.equal(comparePairs(pairs([0.5], [0.9]))!.verdict, 'untested');
    const { resampled: _none, ...rest } = pairs([0.5, 0.5], [0.9, 0.9]);
    const found = comparePairs(rest)!;
    assert.deepEqual([found.verdict, found.seedsAndImages, found.resamples], ['untested', null, 0]);
  });

  test('of two equal arms is unclear', () => {
    const same = pairs([0.7, 0.7], [0.7, 0.7]);
    const { first } = same.resampled!;
    const found = comparePairs({ ...same, resampled: { first, second: first } })!;
    assert.deepEqual([found.seedsAndImages, found.verdict], [{ low: 0, high: 0 }, 'unclear']);
  });
});

test('resamples without the score are left out, and there is no interval where most lack it', () => {
  const request = pairs([0.7, 0.7], [0.8, 0.8]);
  const { first, second } = request.resampled!;
  first[0].fill(NaN, 0, 50);
  const found = comparePairs(request)!;
  assert.equal(found.verdict, 'better');
  assert.ok(Number.isFinite(found.seedsAndImages!.low));
  first[0].fill(NaN);
  first[1].fill(NaN);
  assert.equal(comparePairs({ ...request, resampled: { first, second } })!.seedsAndImages, null);
});

test('pairs that lack a partner or a number are refused, and none have no difference', () => {
  assert.throws(() => comparePairs({ ...pairs([1, 2], [1, 2]), second: [1] }), RangeError);
  assert.throws(() => comparePairs({ ...pairs([1, 2], [1, 2]), second: [1, NaN] }), RangeError);
  const none = { first: [], second: [], lessIsBetter: false, key, samples: 10 };
  assert.equal(comparePairs(none), undefined);
});

test('the interval over three seeds holds the true mean in about three of four cases, as its description says', () => {
  let held = 0;
  for (let trial = 0; trial < 400; trial++) {
    const second = [...normals(deriveKey(key, 'trial', trial), 3)];
    const found = comparePairs({
      first: [0, 0, 0],
      second,
      lessIsBetter: false,
      key: deriveKey(key, trial),
      samples: 300,
    })!;
    if (found.seeds.low <= 0 && found.seeds.high >= 0) held++;
  }
  assert.ok(held > 260 && held < 340, `${held} of 400`);
});
