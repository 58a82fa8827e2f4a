import assert from 'node:assert/strict';
import { test } from 'node:test';

import { resizeMap } from '../../src/explain/resizeMap.ts';

const row = (...values: number[]): Float64Array => Float64Array.from(values);

test('new pixels lie between the centres of old ones, and beyond the outermost nothing changes', () => {
  const resized = resizeMap(row(0, 1), { width: 2, height: 1 }, { width: 4, height: 1 });
  assert.deepEqual([...resized], [0, 0.25, 0.75, 1]);
});

test('rows and columns are resized alike', () => {
  const resized = resizeMap(row(0, 1, 2, 3), { width: 2, height: 2 }, { width: 4, height: 4 });
  assert.deepEqual([...resized.subarray(0, 4)], [0, 0.25, 0.75, 1]);
  assert.deepEqual(
    [0, 4, 8, 12].map((index) => resized[index]),
    [0, 0.5, 1.5, 2],
  );
});

test('a map of the wanted size is itself', () => {
  const map = row(3, 1, 4, 1, 5, 9);
  const size = { width: 3, height: 2 };
  assert.deepEqual(resizeMap(map, size, size), map);
});

test('a smaller map is sampled between its neighbours, as OpenCV does without smoothing', () => {
  const resized = resizeMap(row(0, 1, 2, 3, 4, 5), { width: 6, height: 1 }, { width: 2, height: 1 });
  assert.deepEqual([...resized], [1, 4]);
});

test('a single place fills the map', () => {
  assert.deepEqual([...resizeMap(row(7), { width: 1, height: 1 }, { width: 2, height: 2 })], [7, 7, 7, 7]);
});
