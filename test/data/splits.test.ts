import assert from 'node:assert/strict';
import { test } from 'node:test';

import { apportion, drawSplits, keepCopiesTogether, subsetIndices } from '../../src/data/splits.ts';
import { deriveKey, integers, randomKey, uniforms } from '../../src/engine/random.ts';

const key = randomKey(7);

/** Labels of random classes, every class at least `least` times. */
function randomLabels(seed: number, count: number, classes: number, least: number): Int32Array {
  const labels = integers(randomKey(seed), count, classes);
  for (let i = 0; i < classes * least; i++) labels[i] = i % classes;
  return labels;
}

function countsOf(labels: Int32Array, indices: Int32Array, classes: number): number[] {
  const counts = new Array<number>(classes).fill(0);
  for (const index of indices) counts[labels[index]]++;
  return counts;
}

test('splits are a partition, stratified, with every class in each', () => {
  for (let seed = 0; seed < 25; seed++) {
    const classes = 2 + (seed % 5);
    const labels = randomLabels(seed, 30 + 17 * seed, classes, 3);
    const splits = drawSplits(labels, deriveKey(key, seed));
    const all = [...splits.train, ...splits.val, ...splits.test];
    assert.deepEqual(
      all.toSorted((a, b) => a - b),
      Array.from(labels, (_, index) => index),
    );
    const totals = countsOf(labels, Int32Array.from(all), classes);
    for (const [name, share] of [
      ['train', 0.7],
      ['val', 0.1],
      ['test', 0.2],
    ] as const) {
      assert.deepEqual(splits[name], splits[name].toSorted());
      countsOf(labels, splits[name], classes).forEach((count, label) => {
        assert.ok(count >= 1, `seed ${seed}: class ${label} is missing in ${name}`);
        assert.ok(
          Math.abs(count - share * totals[label]) <= 1.5,
          `seed ${seed}: ${count} of ${totals[label]} in ${name}`,
        );
      });
    }
  }
});

test('splits depend on the key alone', () => {
  const labels = randomLabels(1, 100, 2, 3);
  assert.deepEqual(drawSplits(labels, key), drawSplits(labels, key));
  assert.notDeepEqual(drawSplits(labels, key).test, drawSplits(labels, randomKey(8)).test);
});

test('only the splits asked for are drawn', () => {
  const labels = randomLabels(2, 80, 2, 3);
  const splits = drawSplits(labels, key, ['val']);
  assert.deepEqual([splits.train.length, splits.val.length, splits.test.length], [70, 10, 0]);
});

test('a class with fewer images than splits is refused', () => {
  assert.throws(() => drawSplits(Int32Array.of(0, 0, 0, 1, 1), key), /class 1 has 2 images for 3 splits/);
});

test('multi-label splits are a partition with every label in each split, rare ones included', () => {
  const [count, width] = [300, 6];
  const draws = uniforms(randomKey(3), count * width);
  const rates = [0.5, 0.3, 0.2, 0.1, 0.05, 0.03];
  const labels = Int32Array.from(draws, (draw, position) => (draw < rates[position % width] ? 1 : 0));
  const splits = drawSplits(labels, key, ['val', 'test'], width);
  const sizes = [splits.train.length, splits.val.length, splits.test.length];
  assert.equal(sizes[0] + sizes[1] + sizes[2], count);
  assert.ok(Math.abs(sizes[0] - 210) <= 6 && Math.abs(sizes[1] - 30) <= 6, `sizes ${sizes.join(', ')}`);
  for (let label = 0; label < width; label++) {
    const positives = (indices: Int32Array): number =>
      indices.filter((i) => labels[i * width + label] === 1).length;
    const total = positives(splits.train) + positives(splits.val) + positives(splits.test);
    assert.ok(positives(splits.val) >= 1 && positives(splits.test) >= 1, `label ${label}`);
    assert.ok(
      Math.abs(positives(splits.test) - 0.2 * total) <= 3,
      `label ${label}: ${positives(splits.test)} of ${total}`,
    );
  }
});

test('subsets have max(classes, round(fraction N)) images, stratified, at least one a class', () => {
  for (let seed = 0; seed < 40; seed++) {
    const classes = 2 + (seed % 7);
    const labels = randomLabels(seed, 20 + 31 * seed, classes, 1);
    const fraction = [0.01, 0.1, 0.5, 1][seed % 4];
    const subset = subsetIndices(labels, fraction, deriveKey(key, seed));
    assert.equal(subset.length, Math.max(classes, Math.round(fraction * labels.length)));
    assert.equal(new Set(subset).size, subset.length);
    assert.deepEqual(subset, subset.toSorted());
    assert.ok(
      countsOf(labels, subset, classes).every((count) => count >= 1),
      `seed ${seed}`,
    );
  }
});

test('one per cent of BreastMNIST is 5 images, of PneumoniaMNIST 47, in the proportions of the classes', () => {
  const breast = Int32Array.from({ length: 546 }, (_, index) => (index < 147 ? 0 : 1));
  assert.deepEqual(countsOf(breast, subsetIndices(breast, 0.01, key), 2), [1, 4]);
  const pneumonia = Int32Array.from({ length: 4708 }, (_, index) => (index < 1214 ? 0 : 1));
  assert.deepEqual(countsOf(pneumonia, subsetIndices(pneumonia, 0.01, key), 2), [12, 35]);
});

test('multi-label subsets have a positive of each label that has one', () => {
  const [count, width] = [200, 4];
  const labels = new Int32Array(count * width);
  labels[17 * width + 0] = 1;
  labels[50 * width + 1] = 1;
  for (let i = 0; i < count; i += 2) labels[i * width + 2] = 1;
  const subset = subsetIndices(labels, 0.02, key, width);
  assert.equal(subset.length, 4);
  assert.ok(subset.includes(17) && subset.includes(50));
});

test('a fraction outside (0, 1] is refused', () => {
  for (const fraction of [0, -1, 1.01, Number.NaN]) {
    assert.throws(() => subsetIndices(Int32Array.of(0, 1), fraction, key), RangeError);
  }
});

test('apportioned counts add up, are at least 1 and stay near their shares', () => {
  assert.deepEqual(apportion([0.7, 0.1, 0.2], 10), [7, 1, 2]);
  assert.deepEqual(apportion([0.7, 0.1, 0.2], 3), [1, 1, 1]);
  assert.deepEqual(apportion([1000, 1], 10), [9, 1]);
});

test('copies of one picture end in one split', () => {
  for (let seed = 0; seed < 25; seed++) {
    const labels = randomLabels(seed, 600, 3, 6);
    const pictures = integers(deriveKey(key, 'pictures', seed), 600, 450);
    const groups = Array.from({ length: 450 }, (_, picture) =>
      Array.from(pictures.keys()).filter((index) => pictures[index] === picture),
    );
    const splits = keepCopiesTogether(drawSplits(labels, deriveKey(key, seed)), groups, labels);
    const all = [...splits.train, ...splits.val, ...splits.test];
    assert.equal(new Set(all).size, 600, 'every image is in one split');
    assert.equal(all.length, 600);
    const homes = [splits.train, splits.val, splits.test].map(
      (split) => new Set(Array.from(split, (index) => pictures[index])),
    );
    assert.equal(overlap(homes[0], homes[1]), 0);
    assert.equal(overlap(homes[0], homes[2]), 0);
    assert.equal(overlap(homes[1], homes[2]), 0);
  }
});

test('a copy stays where it is the last image of its class', () => {
  const splits = { train: Int32Array.of(0, 1), val: Int32Array.of(2, 3), test: Int32Array.of(4, 5, 6) };
  const labels = Int32Array.of(0, 1, 0, 1, 0, 1, 1);
  const together = keepCopiesTogether(splits, [[0, 2], [1, 5], [3], [4], [6]], labels);
  assert.deepEqual(together, {
    train: Int32Array.of(0, 1, 5),
    val: Int32Array.of(2, 3),
    test: Int32Array.of(4, 6),
  });
});

test('copies that were not apart leave the splits as they were', () => {
  const labels = randomLabels(3, 30, 2, 4);
  const drawn = drawSplits(labels, key);
  const groups = Array.from({ length: 30 }, (_, index) => [index]);
  assert.deepEqual(keepCopiesTogether(drawn, groups, labels), drawn);
});

function overlap(a: ReadonlySet<number>, b: ReadonlySet<number>): number {
  return [...a].filter((element) => b.has(element)).length;
}
