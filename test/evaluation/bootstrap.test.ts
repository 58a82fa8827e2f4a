import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bootstrapMean, quantile } from '../../src/evaluation/bootstrap.ts';
import { deriveKey, normals, randomKey } from '../../src/engine/random.ts';
import { loadRelevance } from '../support/fixtures.ts';

const key = randomKey(9);
const draw = (seed: number, count: number): number[] => [...normals(randomKey(seed), count)];

test('quantiles are those of NumPy', async () => {
  const fixture = await loadRelevance();
  const { shares, quantiles } = fixture.description.quantiles;
  const values = Float64Array.from(fixture.tensor('values').data);
  for (const [index, share] of shares.entries()) {
    assert.ok(Math.abs(quantile(values, share) - quantiles[index]) < 1e-12);
  }
});

test('the interval of the mean of normal values is about that of theory', () => {
  const values = draw(1, 400);
  const mean = values.reduce((sum, value) => sum + value, 0) / 400;
  const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 400);
  const estimate = bootstrapMean(values, { key, samples: 4000 })!;
  assert.equal(estimate.count, 400);
  assert.ok(Math.abs(estimate.mean - mean) < 1e-12);
  const half = (1.96 * deviation) / 20;
  assert.ok(Math.abs(estimate.low - (mean - half)) < 0.1 * half, `${estimate.low}`);
  assert.ok(Math.abs(estimate.high - (mean + half)) < 0.1 * half, `${estimate.high}`);
});

test('about 95 of 100 intervals hold the true mean', () => {
  let held = 0;
  for (let seed = 0; seed < 200; seed++) {
    const { low, high } = bootstrapMean(draw(100 + seed, 60), { key: deriveKey(key, seed), samples: 400 })!;
    if (low <= 0 && high >= 0) held++;
  }
  assert.ok(held >= 180 && held <= 199, `${held} of 200`);
});

test('pairs have a narrower interval than their parts', () => {
  const before = draw(7, 50);
  const differences = draw(8, 50).map((noise) => 0.5 + 0.1 * noise);
  const after = before.map((value, index) => value + differences[index]);
  const width = (values: readonly number[]): number => {
    const { low, high } = bootstrapMean(values, { key, samples: 500 })!;
    return high - low;
  };
  assert.ok(width(differences) < 0.2 * width(after));
  assert.ok(bootstrapMean(differences, { key, samples: 500 })!.low > 0);
});

test('the same key gives the same interval, another one another', () => {
  const values = draw(3, 30);
  const interval = (seed: number) => bootstrapMean(values, { key: randomKey(seed), samples: 200 });
  assert.deepEqual(interval(1), interval(1));
  assert.notDeepEqual(interval(1), interval(2));
});

test('no values have no mean, and what is no number is refused', () => {
  assert.equal(bootstrapMean([], { key, samples: 10 }), undefined);
  assert.throws(() => bootstrapMean([1, NaN], { key, samples: 10 }), RangeError);
});
