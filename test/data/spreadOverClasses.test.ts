import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LabelledImages } from '../../src/data/dataset.ts';
import { spreadOverClasses } from '../../src/data/spreadOverClasses.ts';

function imagesOf(labels: readonly (number | readonly number[])[]): LabelledImages<'val'> {
  return {
    split: 'val',
    count: labels.length,
    pixels: new Uint8Array(4 * labels.length),
    maxValue: 255,
    labels: Int32Array.from(labels.flat()),
    sources: labels.map((_, index) => ({ split: 'val', index })),
  };
}

test('each class gets as many as it has and the others leave, in the order of the split', () => {
  const images = imagesOf([0, 0, 0, 0, 0, 0, 1, 2, 2, 2]);
  assert.deepEqual(spreadOverClasses(images, 3), [0, 6, 7]);
  assert.deepEqual(spreadOverClasses(images, 5), [0, 3, 6, 7, 8]);
  assert.deepEqual(spreadOverClasses(images, 7), [0, 2, 4, 6, 7, 8, 9]);
});

test('without a limit, or with one above their number, all are taken', () => {
  const images = imagesOf([1, 0, 1]);
  assert.deepEqual(spreadOverClasses(images), [0, 1, 2]);
  assert.deepEqual(spreadOverClasses(images, 50), [0, 1, 2]);
});

test('multi-label images count for their first label', () => {
  const rows = [
    [0, 0],
    [1, 0],
    [1, 1],
    [0, 1],
  ];
  assert.deepEqual(spreadOverClasses(imagesOf(rows), 3), [0, 1, 3]);
});
