import assert from 'node:assert/strict';
import test from 'node:test';
import type { PixelGrid } from '../../../webview/shared/imageView/pixelGrid.ts';
import { halve, Pyramid, visibleRegion } from '../../../webview/shared/imageView/pyramid.ts';
import { fitViewport, placeImage, zoomTo } from '../../../webview/shared/imageView/viewport.ts';

function zeros(width: number, height: number): PixelGrid {
  return { pixels: new Uint8Array(width * height), width, height, channels: 1 };
}

test('half the size is the mean of two by two, rounded', () => {
  const image: PixelGrid = {
    pixels: Uint8Array.of(0, 10, 20, 30, 1, 2, 255, 255),
    width: 4,
    height: 2,
    channels: 1,
  };
  assert.deepEqual(halve(image), { pixels: Uint8Array.of(3, 140), width: 2, height: 1, channels: 1 });
});

test('at odd edges the last pixels stand for the missing ones; 16 bits and colours stay what they are', () => {
  const image: PixelGrid = {
    pixels: Uint16Array.of(100, 200, 300, 500, 600, 700, 60_000, 61_000, 62_000),
    width: 3,
    height: 1,
    channels: 3,
  };
  assert.deepEqual(halve(image), {
    pixels: Uint16Array.of(300, 400, 500, 60_000, 61_000, 62_000),
    width: 2,
    height: 1,
    channels: 3,
  });
});

test('a halving never has fewer pixels than the screen', () => {
  const image = zeros(1000, 600);
  const pyramid = new Pyramid(image);
  assert.equal(pyramid.levelFor(8).image, image);
  assert.equal(pyramid.levelFor(0.51).image, image);
  for (const [scale, factor] of [
    [0.5, 2],
    [0.26, 2],
    [0.25, 4],
    [0.1, 8],
  ] as const) {
    const level = pyramid.levelFor(scale);
    assert.equal(level.factor, factor);
    assert.equal(level.image.width, Math.ceil(1000 / factor));
  }
});

test('halving ends at one pixel', () => {
  const { image, factor } = new Pyramid(zeros(5, 3)).levelFor(1e-9);
  assert.deepEqual([image.width, image.height, factor], [1, 1, 8]);
});

test('all of an image that fits is visible, and of an enlarged one what the pane holds', () => {
  const image = zeros(100, 100);
  const pane = { width: 50, height: 40 };
  const fit = placeImage(fitViewport(image), image, pane);
  assert.deepEqual(visibleRegion(fit, pane, image, 1), { x: 0, y: 0, width: 100, height: 100 });
  const near = placeImage(zoomTo(fitViewport(image), 10, image, pane), image, pane);
  // The middle of the image is the middle of the pane: 5 by 4 pixels, at half a pixel.
  assert.deepEqual(visibleRegion(near, pane, image, 1), { x: 47, y: 48, width: 6, height: 4 });
  assert.deepEqual(visibleRegion(near, pane, { width: 50, height: 50 }, 2), {
    x: 23,
    y: 24,
    width: 4,
    height: 2,
  });
});

test('a pane without an area shows nothing', () => {
  const image = zeros(10, 10);
  assert.equal(visibleRegion({ scale: 1, left: 0, top: 0 }, { width: 0, height: 0 }, image, 1), undefined);
});
