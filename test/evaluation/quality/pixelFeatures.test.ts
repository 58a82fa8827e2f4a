import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pixelFeatures } from '../../../src/evaluation/quality/pixelFeatures.ts';

test('images of up to 32 pixels are their own features', () => {
  const pixels = Float64Array.from({ length: 3 * 9 * 9 }, (_, i) => i / 243);
  assert.deepEqual(pixelFeatures(pixels, 3, 9), pixels);
});

test('larger images are averaged over squares, channel by channel', () => {
  const side = 67;
  // 67 pixels make 22 squares of 3; the last row and column are left out.
  const pixels = Float64Array.from({ length: 3 * side * side }, (_, i) => {
    const [channel, y, x] = [Math.floor(i / side ** 2), Math.floor(i / side) % side, i % side];
    return x === 66 || y === 66 ? 1000 : 10_000 * channel + 100 * y + x;
  });
  const features = pixelFeatures(pixels, 3, side);
  assert.equal(features.length, 3 * 22 * 22);
  features.forEach((feature, i) => {
    const [channel, y, x] = [Math.floor(i / 484), Math.floor(i / 22) % 22, i % 22];
    // The mean of a plane over a square is its value in the middle.
    assert.ok(Math.abs(feature - (10_000 * channel + 100 * (3 * y + 1) + 3 * x + 1)) < 1e-9);
  });
});
