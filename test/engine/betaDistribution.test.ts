import assert from 'node:assert/strict';
import { test } from 'node:test';

import { betaDraw } from '../../src/engine/betaDistribution.ts';
import { deriveKey, randomKey } from '../../src/engine/random.ts';

const COUNT = 20_000;

function draws(a: number, b: number): number[] {
  const key = deriveKey(randomKey(7), `beta ${a} ${b}`);
  return Array.from({ length: COUNT }, (_, index) => betaDraw(deriveKey(key, index), a, b));
}

const meanOf = (values: readonly number[]): number => values.reduce((x, y) => x + y, 0) / values.length;

for (const [a, b] of [
  [0.2, 0.2],
  [0.5, 1],
  [1, 0.3],
] as const) {
  test(`draws of Beta(${a}, ${b}) have its first four moments`, () => {
    const values = draws(a, b);
    assert.ok(values.every((value) => value >= 0 && value <= 1));
    let moment = 1;
    for (let order = 1; order <= 4; order++) {
      // E[X^k] = prod_(r < k) (a + r) / (a + b + r); the powers lie in [0, 1], so that half bounds their deviation.
      moment *= (a + order - 1) / (a + b + order - 1);
      const found = meanOf(values.map((value) => value ** order));
      assert.ok(
        Math.abs(found - moment) < (5 * 0.5) / Math.sqrt(COUNT),
        `moment ${order}: ${found}, ${moment}`,
      );
    }
  });
}

test('half of the draws of Beta(1/2, 1) are below 1/4, its distribution function being a square root', () => {
  const below = draws(0.5, 1).filter((value) => value < 0.25).length / COUNT;
  assert.ok(Math.abs(below - 0.5) < (5 * 0.5) / Math.sqrt(COUNT), String(below));
});

test('a draw depends on the key alone', () => {
  assert.equal(betaDraw(randomKey(1), 0.2, 0.2), betaDraw(randomKey(1), 0.2, 0.2));
  assert.notEqual(betaDraw(randomKey(1), 0.2, 0.2), betaDraw(randomKey(2), 0.2, 0.2));
});

test('parameters out of range are refused', () => {
  for (const [a, b] of [
    [0, 0.5],
    [0.5, 1.5],
    [NaN, 1],
  ] as const) {
    assert.throws(() => betaDraw(randomKey(1), a, b), {
      name: 'RangeError',
      message: `betaDraw: the parameters must be above 0 and at most 1, not ${a} and ${b}.`,
    });
  }
});
