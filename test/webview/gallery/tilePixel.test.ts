import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { pixelUnder } from '../../../webview/gallery/tilePixel.ts';

describe('pixelUnder', () => {
  const square = { width: 160, height: 160 };

  test('finds the pixel that is drawn at a point', () => {
    const picture = { width: 16, height: 16 };
    assert.deepEqual(pixelUnder({ x: 0, y: 0 }, square, picture), { x: 0, y: 0 });
    assert.deepEqual(pixelUnder({ x: 159.9, y: 10 }, square, picture), { x: 15, y: 1 });
    assert.equal(pixelUnder({ x: 160, y: 0 }, square, picture), undefined);
    assert.equal(pixelUnder({ x: -0.1, y: 0 }, square, picture), undefined);
  });

  test('knows of the bars beside a picture of another shape', () => {
    const wide = { width: 32, height: 16 };
    assert.equal(pixelUnder({ x: 80, y: 39 }, square, wide), undefined);
    assert.deepEqual(pixelUnder({ x: 80, y: 40 }, square, wide), { x: 16, y: 0 });
    assert.deepEqual(pixelUnder({ x: 80, y: 119 }, square, wide), { x: 16, y: 15 });
    assert.equal(pixelUnder({ x: 80, y: 120 }, square, wide), undefined);
  });
});
