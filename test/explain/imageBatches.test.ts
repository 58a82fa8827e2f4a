import assert from 'node:assert/strict';
import { test } from 'node:test';

import { floatTensor } from '../../src/engine/tensor.ts';
import { PREDICTED } from '../../src/explain/classActivation.ts';
import { imageBatches } from '../../src/explain/imageBatches.ts';

const images = floatTensor([3, 1, 1, 2], [1, 2, 3, 4, 5, 6]);

test('every image goes with its target, and the last batch is filled with black', () => {
  const [first, second, ...rest] = imageBatches(images, Int32Array.of(7, 8, 9), 2);
  assert.deepEqual([first.start, first.count, second.start, second.count, rest.length], [0, 2, 2, 1, 0]);
  assert.deepEqual([...first.images.data], [1, 2, 3, 4]);
  assert.deepEqual([...first.targets], [7, 8]);
  assert.deepEqual(second.images.shape, [2, 1, 1, 2]);
  assert.deepEqual([...second.images.data], [5, 6, 0, 0]);
  assert.deepEqual([...second.targets], [9, PREDICTED]);
});

test('numbers keep their precision', () => {
  const precise = floatTensor([1, 1, 1, 1], Float64Array.of(0.1));
  const [batch] = imageBatches(precise, Int32Array.of(0), 1);
  assert.equal(batch.images.data[0], 0.1);
});

test('no images make no batch', () => {
  assert.deepEqual([...imageBatches(floatTensor([0, 1, 1, 2], []), new Int32Array(0), 2)], []);
});
