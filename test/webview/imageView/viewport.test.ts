import assert from 'node:assert/strict';
import test from 'node:test';
import {
  fitScale,
  fitViewport,
  panBy,
  pixelUnder,
  placeImage,
  scaleLimits,
  scaleOf,
  toImage,
  toPane,
  wheelFactor,
  zoomAbout,
  zoomTo,
  type Point,
  type Viewport,
} from '../../../webview/shared/imageView/viewport.ts';
import { closeTo } from '../closeTo.ts';

const small = { width: 28, height: 28 };
const large = { width: 4000, height: 2000 };
const pane = { width: 400, height: 300 };

function assertPoint(actual: Point, expected: Point): void {
  closeTo(actual.x, expected.x);
  closeTo(actual.y, expected.y);
}

test('fit shows the whole image as large as it gets, in the middle', () => {
  closeTo(fitScale(small, pane), 300 / 28);
  assert.deepEqual(placeImage(fitViewport(large), large, pane), { scale: 0.1, left: 0, top: 50 });
  const placement = placeImage(fitViewport(small), small, pane);
  closeTo(placement.left, 50);
  closeTo(placement.top, 0);
});

test('fit follows the pane; a scale that was chosen does not', () => {
  const wider = { width: 800, height: 600 };
  closeTo(scaleOf(fitViewport(large), large, wider), 0.2);
  const chosen = zoomTo(fitViewport(large), 0.5, large, pane);
  closeTo(scaleOf(chosen, large, wider), 0.5);
});

test('coordinates go there and back', () => {
  const placement = placeImage(zoomTo(fitViewport(large), 0.7, large, pane), large, pane);
  const point = { x: 123, y: 45 };
  assertPoint(toPane(placement, toImage(placement, point)), point);
});

test('zooming keeps what is under the pointer where it is', () => {
  const point = { x: 130, y: 170 };
  let viewport: Viewport = zoomTo(fitViewport(large), 0.5, large, pane);
  const under = toImage(placeImage(viewport, large, pane), point);
  for (const factor of [1.5, 2, 1.1, 0.5]) {
    viewport = zoomAbout(viewport, factor, point, large, pane);
    assertPoint(toImage(placeImage(viewport, large, pane), point), under);
  }
  closeTo(scaleOf(viewport, large, pane), 0.5 * 1.5 * 2 * 1.1 * 0.5);
});

test('zooming all the way out fits again, and follows the pane from then on', () => {
  const near = zoomAbout(fitViewport(large), 8, { x: 10, y: 10 }, large, pane);
  assert.equal(zoomAbout(near, 1 / 100, { x: 10, y: 10 }, large, pane).scale, 'fit');
});

test('an image smaller than the pane goes down to its own size, not to nothing', () => {
  const out = zoomAbout(fitViewport(small), 1e-6, { x: 0, y: 0 }, small, pane);
  assert.equal(out.scale, 1);
  assert.deepEqual(placeImage(out, small, pane), { scale: 1, left: 186, top: 136 });
});

test('pixels do not grow without end, but a tiny image may fill any pane', () => {
  assert.deepEqual(scaleLimits(large, pane), { min: 0.1, max: 64 });
  assert.equal(scaleLimits({ width: 4, height: 4 }, pane).max, 300);
  assert.equal(zoomAbout(fitViewport(large), 1e9, { x: 0, y: 0 }, large, pane).scale, 64);
});

test('dragging stops at the edges and answers at once in the other direction', () => {
  const near = zoomTo(fitViewport(large), 1, large, pane);
  const far = panBy(near, { x: 1e6, y: 1e6 }, large, pane);
  const atCorner = placeImage(far, large, pane);
  assert.deepEqual([atCorner.left, atCorner.top], [0, 0]);
  const back = placeImage(panBy(far, { x: -10, y: -20 }, large, pane), large, pane);
  assert.deepEqual([back.left, back.top], [-10, -20]);
});

test('an image that fits does not move', () => {
  const before = placeImage(fitViewport(small), small, pane);
  assert.deepEqual(placeImage(panBy(fitViewport(small), { x: 50, y: 50 }, small, pane), small, pane), before);
});

test('one viewport shows the same part in panes of the same size', () => {
  const shared = zoomAbout(fitViewport(small), 3, { x: 80, y: 90 }, small, pane);
  const other = { ...pane };
  assert.deepEqual(placeImage(shared, small, pane), placeImage(shared, small, other));
});

test('a stored viewport of a larger image is held inside a smaller one', () => {
  const stored = { scale: 32, center: { x: 3000, y: 1500 } };
  const { left, top, scale } = placeImage(stored, small, pane);
  assert.deepEqual([scale, left, top], [32, 400 - 28 * 32, 300 - 28 * 32]);
});

test('the pixel under the pointer, and none beside the image', () => {
  const placement = placeImage(zoomTo(fitViewport(small), 10, small, pane), small, pane);
  assert.deepEqual(pixelUnder(placement, { x: 60, y: 10 }, small), { x: 0, y: 0 });
  assert.deepEqual(pixelUnder(placement, { x: 339.9, y: 289.9 }, small), { x: 27, y: 27 });
  assert.equal(pixelUnder(placement, { x: 59.9, y: 10 }, small), undefined);
  assert.equal(pixelUnder(placement, { x: 340, y: 10 }, small), undefined);
});

test('wheels zoom in upwards, by pixels, lines or pages, and never in leaps', () => {
  assert.ok(wheelFactor(-100, 0, false) > 1);
  closeTo(wheelFactor(-100, 0, false) * wheelFactor(100, 0, false), 1);
  closeTo(wheelFactor(3, 1, false), wheelFactor(48, 0, false));
  assert.ok(wheelFactor(-10, 0, true) > wheelFactor(-10, 0, false));
  assert.equal(wheelFactor(-1e6, 0, false), 2);
  assert.equal(wheelFactor(1e6, 2, true), 0.5);
});
