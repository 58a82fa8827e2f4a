import assert from 'node:assert/strict';
import test from 'node:test';
import type { PixelGrid } from '../../../webview/shared/imageView/pixelGrid.ts';
import {
  autoWindow,
  displayTable,
  dragWindow,
  fullWindow,
  isOtherWindow,
  valueRangeOf,
  windowBetween,
} from '../../../webview/shared/imageView/windowLevel.ts';

function greyImage(pixels: Uint8Array | Uint16Array): PixelGrid {
  return { pixels, width: pixels.length, height: 1, channels: 1 };
}

test('the full window shows 8 bits as they are', () => {
  assert.deepEqual(fullWindow({ levels: 256 }), { window: 256, level: 128 });
  assert.deepEqual(
    displayTable({ window: 256, level: 128 }, 256, false),
    Uint8Array.from({ length: 256 }, (_, value) => value),
  );
});

test('the full window spreads 16 bits from black to white', () => {
  const table = displayTable(fullWindow({ levels: 65_536 }), 65_536, false);
  assert.deepEqual([table[0], table[65_535]], [0, 255]);
  // DICOM's formula by hand: (32768 / 65535) * 255 = 127.50…
  assert.equal(table[32_768], 128);
  assert.equal(table[257 * 100], 100);
});

test('a window between two values makes them and what lies beyond black and white', () => {
  assert.deepEqual(windowBetween(100, 150), { window: 51, level: 125.5 });
  const table = displayTable(windowBetween(100, 150), 256, false);
  assert.deepEqual(
    [table[0], table[99], table[100], table[150], table[151], table[255]],
    [0, 0, 0, 255, 255, 255],
  );
  assert.equal(table[110], 51);
});

test('windows are compared by what they show', () => {
  assert.ok(!isOtherWindow({ window: 2, level: 3 }, { window: 2, level: 3 }));
  assert.ok(!isOtherWindow(undefined, undefined));
  assert.ok(isOtherWindow({ window: 2, level: 3 }, { window: 2, level: 4 }));
  assert.ok(isOtherWindow({ window: 2, level: 3 }, undefined));
});

test('inverted, every grey level is its complement', () => {
  const window = windowBetween(40, 200);
  const plain = displayTable(window, 256, false);
  const inverted = displayTable(window, 256, true);
  assert.deepEqual(
    inverted,
    plain.map((shown) => 255 - shown),
  );
});

test('a window of one value is a threshold', () => {
  const table = displayTable({ window: 1, level: 100.5 }, 256, false);
  assert.deepEqual([table[100], table[101]], [0, 255]);
});

test('a table of the right size is written again, another is not touched', () => {
  const mine = new Uint8Array(256);
  assert.equal(displayTable(fullWindow({ levels: 256 }), 256, false, mine), mine);
  assert.notEqual(displayTable(fullWindow({ levels: 65_536 }), 65_536, false, mine), mine);
});

test('values are counted over all channels, once an image', () => {
  const image: PixelGrid = { pixels: Uint8Array.of(1, 5, 5, 9, 5, 1), width: 2, height: 1, channels: 3 };
  const range = valueRangeOf(image);
  assert.deepEqual([range.min, range.max, range.count, range.levels], [1, 9, 6, 256]);
  assert.deepEqual([range.histogram[1], range.histogram[5], range.histogram[9]], [2, 3, 1]);
  assert.equal(valueRangeOf(image), range);
});

test('the automatic window leaves out half a percent at each end', () => {
  const pixels = new Uint16Array(1000).fill(2000);
  for (let i = 0; i < 500; i++) pixels[i] = 1000;
  pixels.set([0, 1, 2], 0);
  pixels.set([60_000, 61_000, 62_000], 997);
  assert.deepEqual(autoWindow(valueRangeOf(greyImage(pixels))), windowBetween(1000, 2000));
});

test('the automatic window of a few values keeps them apart, and of one value is the full one', () => {
  const rare = new Uint8Array(1000);
  rare[0] = 40;
  assert.deepEqual(autoWindow(valueRangeOf(greyImage(rare))), windowBetween(0, 40));
  assert.deepEqual(autoWindow(valueRangeOf(greyImage(new Uint8Array(9).fill(7)))), {
    window: 256,
    level: 128,
  });
});

test('dragging to the right widens, down raises the level, 400 px through all values', () => {
  const range = valueRangeOf(greyImage(Uint16Array.of(1000, 5000)));
  const start = { window: 2000, level: 3000 };
  assert.deepEqual(dragWindow(start, { x: 400, y: 0 }, range), { window: 6000, level: 3000 });
  assert.deepEqual(dragWindow(start, { x: 0, y: 100 }, range), { window: 2000, level: 4000 });
  assert.deepEqual(dragWindow(start, { x: 0, y: -100 }, range), { window: 2000, level: 2000 });
});

test('dragging ends at a threshold and at the ends of the storage', () => {
  const range = valueRangeOf(greyImage(Uint8Array.of(0, 255)));
  const start = { window: 256, level: 128 };
  assert.deepEqual(dragWindow(start, { x: -1e5, y: -1e5 }, range), { window: 1, level: 0 });
  assert.deepEqual(dragWindow(start, { x: 1e5, y: 1e5 }, range), { window: 512, level: 256 });
});
