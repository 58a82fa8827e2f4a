import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  DEFAULT_DIFFERENCE_LOOK,
  DEFAULT_SALIENCY_LOOK,
  differenceScale,
  saliencyScale,
} from '../../src/color/mapLook.ts';
import { colorIndex, paintOverlay } from '../../src/color/overlay.ts';
import { sequentialColors } from '../../src/color/sequentialColors.ts';

function paint(
  image: Parameters<typeof paintOverlay>[0],
  values: number[],
  scale: Parameters<typeof paintOverlay>[2],
): number[] {
  const rgba = new Uint8ClampedArray(4 * values.length);
  paintOverlay(image, Float32Array.from(values), scale, rgba);
  return [...rgba];
}

const grey = { pixels: Uint8Array.of(0, 100, 200), channels: 1 } as const;

test('a transparent map leaves the image as it is', () => {
  const scale = saliencyScale({ ...DEFAULT_SALIENCY_LOOK, opacity: 0 });
  assert.deepEqual(paint(grey, [0, 0.5, 1], scale), [0, 0, 0, 255, 100, 100, 100, 255, 200, 200, 200, 255]);
});

test('an opaque map hides the image, in the colours of its table', () => {
  const scale = saliencyScale({ ...DEFAULT_SALIENCY_LOOK, opacity: 1, colors: 'viridis' });
  const colors = sequentialColors('viridis');
  const expected = [0, 128, 256].flatMap((step) => [...colors.subarray(4 * step, 4 * step + 4)]);
  assert.deepEqual(paint(grey, [0, 0.5, 1], scale), expected);
});

test('values below the threshold show the image', () => {
  const scale = saliencyScale({ ...DEFAULT_SALIENCY_LOOK, opacity: 1, threshold: 0.4 });
  const painted = paint(grey, [0.39, 0.4, 0.39], scale);
  assert.deepEqual(painted.slice(0, 4), [0, 0, 0, 255]);
  assert.notDeepEqual(painted.slice(4, 8), [100, 100, 100, 255]);
  assert.deepEqual(painted.slice(8), [200, 200, 200, 255]);
});

test('the threshold of a signed map is one of its size, whatever its sign', () => {
  const scale = differenceScale({ ...DEFAULT_DIFFERENCE_LOOK, threshold: 0.1 }, 'dark');
  assert.deepEqual(
    [-0.2, -0.05, 0, 0.05, 0.2].map((value) => scale.isDrawn(value)),
    [true, false, false, false, true],
  );
});

test('the two sides of zero are as far from the middle of the table', () => {
  const { low, high } = differenceScale({ ...DEFAULT_DIFFERENCE_LOOK, range: 0.25 }, 'light');
  assert.equal(colorIndex(0, low, high), 128);
  assert.equal(colorIndex(0.125, low, high) - 128, 128 - colorIndex(-0.125, low, high));
  assert.deepEqual([colorIndex(-9, low, high), colorIndex(9, low, high)], [0, 256]);
});

test('a range without width is a threshold', () => {
  assert.deepEqual([colorIndex(0.4, 0.5, 0.5), colorIndex(0.5, 0.5, 0.5)], [0, 256]);
});

test('colour images keep their channels', () => {
  const color = { pixels: Uint8Array.of(10, 20, 30, 40, 50, 60), channels: 3 } as const;
  const scale = saliencyScale({ ...DEFAULT_SALIENCY_LOOK, opacity: 0 });
  assert.deepEqual(paint(color, [1, 1], scale), [10, 20, 30, 255, 40, 50, 60, 255]);
});

test('without an image, black lies under what is not drawn', () => {
  const scale = saliencyScale({ ...DEFAULT_SALIENCY_LOOK, threshold: 0.5 });
  assert.deepEqual(paint(undefined, [0.2], scale), [0, 0, 0, 255]);
});
