import assert from 'node:assert/strict';
import { test } from 'node:test';

import {
  deriveKey,
  integers,
  normals,
  permutation,
  randomKey,
  uniforms,
  type RandomKey,
} from '../../src/engine/random.ts';

const COUNT = 100_000;
const key = randomKey(20);

/** The generator's 32-bit words, which `uniforms` divides by 2^32. */
function words(wordKey: RandomKey, count: number): string[] {
  return Array.from(uniforms(wordKey, count), (value) => (value * 2 ** 32).toString(16).padStart(8, '0'));
}

function mean(values: Float64Array | Int32Array): number {
  let total = 0;
  for (const value of values) total += value;
  return total / values.length;
}

/** Pearson's correlation. */
function correlation(a: Float64Array, b: Float64Array): number {
  const [meanA, meanB] = [mean(a), mean(b)];
  let [products, squaresA, squaresB] = [0, 0, 0];
  a.forEach((value, index) => {
    products += (value - meanA) * (b[index] - meanB);
    squaresA += (value - meanA) ** 2;
    squaresB += (b[index] - meanB) ** 2;
  });
  return products / Math.sqrt(squaresA * squaresB);
}

// The first vector is one of Random123's kat_vectors. The others, whose counter words are those of drawing, come from
// the paper's definition written in Python, which gives all of Random123's vectors.
test('the words are those of Philox4x32-10', () => {
  assert.deepEqual(words({ k0: 0, k1: 0 }, 4), ['6627e8d5', 'e169c58d', 'bc57ac4c', '9b00dbd8']);
  assert.deepEqual(words({ k0: 0, k1: 0 }, 8).slice(4), ['f8e4cca4', '5cb200db', 'b1a574eb', '097eff67']);
  assert.deepEqual(words({ k0: 0xa4093822, k1: 0x299f31d0 }, 4), [
    '0e847852',
    'addb136a',
    '59b5ba7a',
    '7062ac6b',
  ]);
});

test('a seed fills both words of the key', () => {
  assert.deepEqual(randomKey(5), { k0: 5, k1: 0 });
  assert.deepEqual(randomKey(3 * 2 ** 32 + 7), { k0: 7, k1: 3 });
  for (const seed of [-1, 0.5, NaN, 2 ** 53]) {
    assert.throws(
      () => randomKey(seed),
      new RangeError(`randomKey: the seed must be a whole number of at least 0, not ${seed}.`),
    );
  }
});

test('the same key gives the same numbers, and a longer draw begins with a shorter one', () => {
  assert.deepEqual(uniforms(key, 10), uniforms(randomKey(20), 10));
  for (const count of [0, 1, 2, 3, 5, 7]) {
    assert.deepEqual(uniforms(key, count), uniforms(key, 11).slice(0, count));
    assert.deepEqual(normals(key, count), normals(key, 11).slice(0, count));
    assert.deepEqual(integers(key, count, 9), integers(key, 11, 9).slice(0, count));
  }
});

test('uniforms are uniform on [low, high)', () => {
  const values = uniforms(key, COUNT, -2, 3);
  const counts = new Array<number>(50).fill(0);
  for (const value of values) {
    assert.ok(value >= -2 && value < 3);
    counts[Math.floor((value + 2) * 10)]++;
  }
  assertUniform(counts);
});

test('integers are uniform below their bound', () => {
  const counts = new Array<number>(7).fill(0);
  for (const value of integers(key, COUNT, 7)) counts[value]++;
  assertUniform(counts);
});

test('normals have the moments and tails of the standard normal distribution', () => {
  const values = normals(key, COUNT);
  const moment = (power: number): number => mean(values.map((value) => value ** power));
  // Five standard errors of each sample moment.
  assert.ok(Math.abs(moment(1)) < 5 * Math.sqrt(1 / COUNT));
  assert.ok(Math.abs(moment(2) - 1) < 5 * Math.sqrt(2 / COUNT));
  assert.ok(Math.abs(moment(3)) < 5 * Math.sqrt(15 / COUNT));
  assert.ok(Math.abs(moment(4) - 3) < 5 * Math.sqrt(96 / COUNT));
  const beyond = values.filter((value) => Math.abs(value) > 1.959964).length / COUNT;
  assert.ok(Math.abs(beyond - 0.05) < 5 * Math.sqrt((0.05 * 0.95) / COUNT));
  // Sine and cosine of one pair are independent.
  const pairs = (offset: number): Float64Array => values.filter((_, index) => index % 2 === offset);
  assert.ok(Math.abs(correlation(pairs(0), pairs(1))) < 5 / Math.sqrt(COUNT / 2));
});

test('a permutation holds every position once, and every place is equally likely', () => {
  for (const count of [0, 1, 2, 17, 1000]) {
    const order = permutation(deriveKey(key, count), count);
    assert.deepEqual(
      order.toSorted(),
      Int32Array.from({ length: count }, (_, index) => index),
    );
  }
  const places = new Array<number>(5 * 5).fill(0);
  for (let draw = 0; draw < 20_000; draw++) {
    permutation(deriveKey(key, draw), 5).forEach((element, place) => places[place * 5 + element]++);
  }
  assertUniform(places);
});

test('derived keys tell every path apart', () => {
  const paths: (string | number)[][] = [
    [],
    [0],
    [1],
    [2 ** 32],
    [2 ** 40 + 1],
    ['0'],
    [''],
    ['a'],
    ['b'],
    ['a\0'],
    ['ab'],
    ['a', 'b'],
    ['b', 'a'],
    ['a', 0],
    [0, 'a'],
    [0, 0],
    ['a name of more than three words'],
    ['a name of more than three word'],
    ['é'],
  ];
  const derived = paths.map((path) => JSON.stringify(deriveKey(key, ...path)));
  assert.equal(new Set(derived).size, paths.length);
  assert.deepEqual(deriveKey(deriveKey(key, 'a'), 'b'), deriveKey(key, 'a', 'b'));
  assert.notDeepEqual(deriveKey(key, 'a'), deriveKey(randomKey(21), 'a'));
  assert.throws(() => deriveKey(key, 0.5), /0\.5 is not a whole number/);
});

test('streams of derived keys are unrelated', () => {
  const keys = [
    key,
    deriveKey(key, 0),
    deriveKey(key, 1),
    deriveKey(key, 'dropout'),
    deriveKey(key, 'noise'),
  ];
  const streams = keys.map((streamKey) => uniforms(streamKey, COUNT));
  for (let a = 0; a < streams.length; a++) {
    for (let b = a + 1; b < streams.length; b++) {
      assert.ok(Math.abs(correlation(streams[a], streams[b])) < 5 / Math.sqrt(COUNT), `${a} and ${b}`);
    }
    // Nor is a stream related to itself, a step later.
    assert.ok(
      Math.abs(correlation(streams[a].subarray(1), streams[a].subarray(0, -1))) < 5 / Math.sqrt(COUNT),
    );
  }
});

/** A chi-squared statistic within five standard deviations of its expectation. */
function assertUniform(counts: readonly number[]): void {
  const expected = counts.reduce((a, b) => a + b) / counts.length;
  const statistic = counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
  const freedom = counts.length - 1;
  assert.ok(
    Math.abs(statistic - freedom) < 5 * Math.sqrt(2 * freedom),
    `chi-squared is ${statistic} of ${freedom}`,
  );
}
