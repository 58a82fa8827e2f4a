import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import type { CachedImage } from '../../../webview/gallery/imageCache.ts';
import { saliencyScale, DEFAULT_SALIENCY_LOOK } from '../../../src/color/mapLook.ts';
import { paintOverlay } from '../../../src/color/overlay.ts';
import {
  composeLayer,
  gapBeside,
  type LayerImages,
  type LayerMaps,
  type RgbaPixels,
} from '../../../webview/gallery/layerPixels.ts';
import type { LayerId } from '../../../webview/gallery/layers.ts';
import { differenceColors, paintDifference } from '../../../webview/gallery/signedDifference.ts';

const COLORS = differenceColors(64, 'dark');
const SCALE = saliencyScale(DEFAULT_SALIENCY_LOOK);

function compose(layer: LayerId, images: LayerImages, maps: LayerMaps = {}): RgbaPixels | undefined {
  return composeLayer(layer, images, maps, { difference: COLORS, map: SCALE });
}

function grey(values: readonly number[], width: number): CachedImage {
  return { pixels: Uint8Array.from(values), width, height: values.length / width, channels: 1 };
}

function colorOf(colors: Uint8ClampedArray, difference: number): number[] {
  return [...colors.subarray((difference + 255) * 4, (difference + 256) * 4)];
}

describe('differenceColors', () => {
  for (const theme of ['dark', 'light'] as const) {
    test(`on ${theme}: zero is neutral, ends are blue and orange, and what lies beyond is as the ends`, () => {
      const colors = differenceColors(64, theme);
      const [red, green, blue] = colorOf(colors, 0);
      assert.ok(red === green && green === blue);
      const less = colorOf(colors, -32);
      const more = colorOf(colors, 32);
      assert.ok(less[2] > less[0] && more[0] > more[2]);
      assert.deepEqual(colorOf(colors, -64), colorOf(colors, -255));
      assert.deepEqual(colorOf(colors, 64), colorOf(colors, 255));
      assert.notDeepEqual(colorOf(colors, 63), colorOf(colors, 64));
    });

    test(`on ${theme}: lightness moves away from that of zero with every step of the difference`, () => {
      const colors = differenceColors(255, theme);
      const luminance = (value: number): number => {
        const [red, green, blue] = colorOf(colors, value);
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
      };
      for (const sign of [-1, 1]) {
        for (let size = 8; size <= 255; size += 8) {
          const change = luminance(sign * size) - luminance(sign * (size - 8));
          assert.ok(theme === 'dark' ? change > 0 : change < 0, `at ${sign * size}`);
        }
      }
    });
  }
});

describe('paintDifference', () => {
  test('is synthetic minus source', () => {
    const rgba = new Uint8ClampedArray(3 * 4);
    paintDifference(Uint8Array.of(10, 0, 255), Uint8Array.of(20, 255, 0), 1, COLORS, rgba);
    assert.deepEqual([...rgba], [...colorOf(COLORS, 10), ...colorOf(COLORS, 255), ...colorOf(COLORS, -255)]);
  });

  test('of colour images is the mean over the channels', () => {
    const rgba = new Uint8ClampedArray(4);
    paintDifference(Uint8Array.of(10, 10, 10), Uint8Array.of(20, 4, 25), 3, COLORS, rgba);
    assert.deepEqual([...rgba], colorOf(COLORS, 6)); // (10 - 6 + 15) / 3, rounded
  });
});

describe('composeLayer', () => {
  const source = grey([1, 2, 3, 4], 2);
  const synthetic = grey([5, 6, 7, 8], 2);

  test('draws one image as it is', () => {
    const picture = compose('synthetic', { synthetic });
    assert.deepEqual([picture?.width, picture?.height], [2, 2]);
    assert.deepEqual(
      [...picture!.rgba],
      [5, 6, 7, 8].flatMap((value) => [value, value, value, 255]),
    );
  });

  test('keeps colours', () => {
    const image: CachedImage = { pixels: Uint8Array.of(1, 2, 3), width: 1, height: 1, channels: 3 };
    assert.deepEqual([...compose('source', { source: image })!.rgba], [1, 2, 3, 255]);
  });

  test('puts the source left of the synthetic image, with a transparent line between', () => {
    const picture = compose('sideBySide', { source, synthetic });
    assert.deepEqual([picture?.width, picture?.height], [5, 2]);
    const [values, alphas] = [0, 3].map((channel) =>
      Array.from({ length: 10 }, (_, pixel) => picture!.rgba[pixel * 4 + channel]),
    );
    assert.deepEqual(values, [1, 2, 0, 5, 6, 3, 4, 0, 7, 8]);
    assert.deepEqual(alphas, [255, 255, 0, 255, 255, 255, 255, 0, 255, 255]);
  });

  test('draws a difference', () => {
    const picture = compose('difference', { source, synthetic });
    assert.deepEqual([...picture!.rgba.subarray(0, 4)], colorOf(COLORS, 4));
  });

  test('waits for what it needs, and pairs no images of different sizes', () => {
    assert.equal(compose('source', { synthetic }), undefined);
    assert.equal(compose('sideBySide', { synthetic }), undefined);
    assert.equal(compose('difference', { source: grey([1], 1), synthetic }), undefined);
  });

  test('lays a map over its image, as overlays are painted everywhere', () => {
    const map = Float32Array.of(0, 0.25, 0.5, 1);
    const expected = new Uint8ClampedArray(16);
    paintOverlay(synthetic, map, SCALE, expected);
    const picture = compose('saliencySynthetic', { synthetic }, { synthetic: map });
    assert.deepEqual(picture?.rgba, expected);
    assert.notDeepEqual(expected, compose('synthetic', { synthetic })?.rgba);
  });

  test('shows the image as it is until its map is there', () => {
    assert.deepEqual(compose('saliencySource', { source }), compose('source', { source }));
  });

  test('lays each map of a pair over its own image', () => {
    const map = Float32Array.of(1, 1, 1, 1);
    const step = 2 + gapBeside(2);
    const column = (picture: RgbaPixels | undefined, x: number): number[] => [
      ...picture!.rgba.subarray(4 * x, 4 * x + 4),
    ];
    const plain = compose('sideBySide', { source, synthetic });
    const half = compose('saliencyPairs', { source, synthetic }, { synthetic: map });
    assert.deepEqual(column(half, 0), column(plain, 0));
    const alone = compose('saliencySynthetic', { synthetic }, { synthetic: map });
    assert.deepEqual(column(half, step), column(alone, 0));
    const other = compose('saliencyPairs', { source, synthetic }, { source: map });
    assert.notDeepEqual(column(other, 0), column(plain, 0));
    assert.deepEqual(column(other, step), column(plain, step));
  });
});
