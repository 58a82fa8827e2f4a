import assert from 'node:assert/strict';
import { test } from 'node:test';

import {
  batchesOf,
  epochOrder,
  gatherImages,
  gatherLabels,
  imageShape,
  selectImages,
} from '../../src/data/batch.ts';
import type { LabelledImages } from '../../src/data/dataset.ts';
import { randomKey } from '../../src/engine/random.ts';

function imagesOf(count: number, channels: number, side: number, width = 1): LabelledImages<'train'> {
  const size = channels * side * side;
  return {
    split: 'train',
    count,
    pixels: Uint8Array.from({ length: count * size }, (_, index) => index % 256),
    maxValue: 255,
    labels: Int32Array.from({ length: count * width }, (_, index) => index % 2),
    sources: Array.from({ length: count }, (_, index) => ({ split: 'train', index })),
  };
}

test('the shape of the images follows from their number and length', () => {
  assert.deepEqual(imageShape(imagesOf(3, 1, 28)), [1, 28, 28]);
  assert.deepEqual(imageShape(imagesOf(3, 3, 28)), [3, 28, 28]);
  assert.throws(() => imageShape({ ...imagesOf(3, 1, 28), count: 2 }), RangeError);
});

test('gathers images as float32 [N, C, H, W] in [0, 1]', () => {
  const images = imagesOf(10, 3, 2);
  const batch = gatherImages(images, [7, 0]);
  assert.deepEqual(batch.shape, [2, 3, 2, 2]);
  const expected = [...images.pixels.subarray(84, 96), ...images.pixels.subarray(0, 12)];
  assert.deepEqual(
    batch.data,
    Float32Array.from(expected, (value) => value / 255),
  );
  const deep = { ...images, pixels: Uint16Array.of(0, 65535, 13107, 1), count: 1, maxValue: 65535 };
  assert.deepEqual(gatherImages(deep, [0]).data, Float32Array.of(0, 1, 0.2, 1 / 65535));
  assert.throws(() => gatherImages(images, [10]), /Image 10 is outside the 10 images of the train split/);
});

test('gathers labels as int32 [N], or float32 [N, L]', () => {
  assert.deepEqual(gatherLabels(imagesOf(4, 1, 2), [3, 2]), {
    dtype: 'int32',
    shape: [2],
    data: Int32Array.of(1, 0),
  });
  const many = gatherLabels(imagesOf(4, 1, 2, 3), [3]);
  assert.deepEqual(many, { dtype: 'float32', shape: [1, 3], data: Float32Array.of(1, 0, 1) });
});

test('a selection keeps pixels, labels and sources together', () => {
  const images = imagesOf(6, 1, 2);
  const selection = selectImages(images, Int32Array.of(1, 4));
  assert.equal(selection.count, 2);
  assert.deepEqual(selection.pixels, Uint8Array.of(4, 5, 6, 7, 16, 17, 18, 19));
  assert.deepEqual(
    selection.sources.map(({ index }) => index),
    [1, 4],
  );
  assert.deepEqual(gatherImages(selection, [1]), gatherImages(images, [4]));
});

test('an epoch visits every image once, in an order of its own', () => {
  const orders = [0, 1].map((epoch) => epochOrder(randomKey(1), epoch, 50));
  for (const order of orders)
    assert.deepEqual(
      order.toSorted(),
      Int32Array.from({ length: 50 }, (_, index) => index),
    );
  assert.notDeepEqual(orders[0], orders[1]);
  assert.deepEqual(epochOrder(randomKey(1), 0, 50), orders[0]);
});

test('batches cover the order; the short last one can be dropped', () => {
  const order = Int32Array.of(4, 3, 2, 1, 0);
  assert.deepEqual(
    [...batchesOf(order, 2)].map((batch) => [...batch]),
    [[4, 3], [2, 1], [0]],
  );
  assert.equal([...batchesOf(order, 2, { dropLast: true })].length, 2);
  assert.throws(() => [...batchesOf(order, 0)], RangeError);
});
