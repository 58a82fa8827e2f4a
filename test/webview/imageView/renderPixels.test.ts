import assert from 'node:assert/strict';
import test from 'node:test';
import {
  isSameReading,
  isWhole,
  readPixel,
  type PixelGrid,
} from '../../../webview/shared/imageView/pixelGrid.ts';
import { renderPixels } from '../../../webview/shared/imageView/renderPixels.ts';
import { displayTable, fullWindow, windowBetween } from '../../../webview/shared/imageView/windowLevel.ts';

const identity = displayTable(fullWindow({ levels: 256 }), 256, false);

/** The bytes as a canvas reads them. */
function rgba(words: Uint32Array): number[] {
  return [...new Uint8Array(words.buffer)];
}

test('grey becomes opaque grey', () => {
  const image: PixelGrid = { pixels: Uint8Array.of(0, 128, 200, 255), width: 2, height: 2, channels: 1 };
  const target = new Uint32Array(4);
  renderPixels(image, { x: 0, y: 0, width: 2, height: 2 }, identity, target);
  assert.deepEqual(rgba(target), [0, 0, 0, 255, 128, 128, 128, 255, 200, 200, 200, 255, 255, 255, 255, 255]);
});

test('colours keep their order, each through the table', () => {
  const image: PixelGrid = { pixels: Uint8Array.of(10, 20, 30), width: 1, height: 1, channels: 3 };
  const target = new Uint32Array(1);
  renderPixels(
    image,
    { x: 0, y: 0, width: 1, height: 1 },
    displayTable(windowBetween(0, 255), 256, true),
    target,
  );
  assert.deepEqual(rgba(target), [245, 235, 225, 255]);
});

test('a region is cut out of its rows, and the rest of a larger buffer stays', () => {
  const image: PixelGrid = {
    pixels: Uint16Array.from({ length: 12 }, (_, index) => index * 1000),
    width: 4,
    height: 3,
    channels: 1,
  };
  const target = new Uint32Array(6).fill(7);
  const table = displayTable(windowBetween(0, 11_000), 65_536, false);
  renderPixels(image, { x: 1, y: 1, width: 2, height: 2 }, table, target);
  const shown = [5, 6, 9, 10].map((index) => table[index * 1000]);
  assert.deepEqual(
    [...target.subarray(0, 4)].map((word) => word & 255),
    shown,
  );
  assert.deepEqual([...target.subarray(4)], [7, 7]);
});

test('a pixel is read with all its channels, and not outside', () => {
  const image: PixelGrid = { pixels: Uint8Array.of(1, 2, 3, 4, 5, 6), width: 2, height: 1, channels: 3 };
  assert.deepEqual(readPixel(image, { x: 1, y: 0 }), { x: 1, y: 0, values: [4, 5, 6] });
  assert.equal(readPixel(image, { x: 2, y: 0 }), undefined);
  assert.equal(readPixel(image, { x: 0, y: -1 }), undefined);
});

test('readings differ by place or by value', () => {
  const reading = { x: 1, y: 2, values: [3, 4, 5] };
  assert.ok(isSameReading(reading, { ...reading, values: [3, 4, 5] }));
  assert.ok(isSameReading(undefined, undefined));
  for (const other of [
    undefined,
    { ...reading, x: 2 },
    { ...reading, y: 1 },
    { ...reading, values: [3, 4, 6] },
  ]) {
    assert.ok(!isSameReading(reading, other));
  }
});

test('an image with too few values is not whole', () => {
  const pixels = new Uint8Array(5);
  assert.ok(!isWhole({ pixels, width: 2, height: 3, channels: 1 }));
  assert.ok(!isWhole({ pixels: new Uint8Array(0), width: 0, height: 0, channels: 1 }));
  assert.ok(isWhole({ pixels, width: 5, height: 1, channels: 1 }));
});
