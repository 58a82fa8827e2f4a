import assert from 'node:assert/strict';
import { test } from 'node:test';

import sharp from 'sharp';

import { resizeToSquare } from '../../../../src/data/resize.ts';
import {
  imageInMap,
  mapValueAt,
  resampleMap,
  type MapGrid,
} from '../../../../webview/shared/maps/mapImage.ts';
import { Draw } from '../../../support/draw.ts';

function whole({ width, height }: { readonly width: number; readonly height: number }) {
  return { x: 0, y: 0, width, height };
}

function drawnMap(width: number, height: number): MapGrid {
  const { data } = new Draw(`map of ${width} x ${height}`).uniform([height, width], 0, 1);
  return { values: Float32Array.from(data, Number), width, height };
}

test('an image lies in the map where the reader of datasets has put it', async () => {
  const sizes = [
    [28, 28],
    [300, 310],
    [500, 300],
    [301, 500],
    [97, 640],
    [20, 14],
    [1000, 3],
  ] as const;
  for (const [width, height] of sizes) {
    for (const side of [28, 64]) {
      const white = sharp({ create: { width, height, channels: 3, background: '#ffffff' } });
      // In two passes, since sharp resizes before it makes pixels of a drawn image.
      const source = sharp(await white.png().toBuffer());
      const pixels = await resizeToSquare(source, width, height, side).removeAlpha().raw().toBuffer();
      const lit = (x: number, y: number): boolean => pixels[3 * (y * side + x)] > 127;
      const columns = Array.from({ length: side }, (_, i) => i).filter((x) => lit(x, (side - 1) >> 1));
      const rows = Array.from({ length: side }, (_, i) => i).filter((y) => lit((side - 1) >> 1, y));
      assert.deepEqual(
        imageInMap({ width, height }, { width: side, height: side }),
        { x: columns[0], y: rows[0], width: columns.length, height: rows.length },
        `${width} x ${height} at ${side}`,
      );
    }
  }
});

test('a map of the image’s own size is drawn as it is', () => {
  const map = drawnMap(9, 9);
  assert.deepEqual(resampleMap(map, map, whole(map)), map.values);
});

test('a finer image gets values between those of the map, half a pixel from its edges', () => {
  const map = { values: Float32Array.of(0, 1, 0, 1), width: 2, height: 2 };
  const row = [...resampleMap(map, { width: 8, height: 8 }, { x: 0, y: 3, width: 8, height: 1 })];
  // Centres of the map's columns lie at 2 and 6 of 8.
  assert.deepEqual(row, [0, 0, 0.125, 0.375, 0.625, 0.875, 1, 1]);
});

test('a coarser image gets means', () => {
  const map = drawnMap(64, 64);
  const values = resampleMap(map, { width: 4, height: 4 }, { x: 0, y: 0, width: 4, height: 4 });
  const mean = (numbers: Iterable<number>): number => {
    const all = [...numbers];
    return all.reduce((sum, value) => sum + value, 0) / all.length;
  };
  assert.ok(Math.abs(mean(values) - mean(map.values)) < 0.02);
  const flat = { ...map, values: map.values.map(() => 0.4) };
  const small = { width: 5, height: 5 };
  for (const value of resampleMap(flat, small, whole(small)))
    assert.ok(Math.abs(value - 0.4) < 1e-6, String(value));
});

test('a part of an image has the values that it has in the whole', () => {
  const map = drawnMap(28, 28);
  const image = { width: 200, height: 90 };
  const all = resampleMap(map, image, whole(image));
  const region = { x: 50, y: 20, width: 30, height: 10 };
  const part = resampleMap(map, image, region);
  for (let y = 0; y < region.height; y++) {
    for (let x = 0; x < region.width; x++) {
      const expected = all[(region.y + y) * image.width + region.x + x];
      assert.equal(part[y * region.width + x], expected);
      if (x % 10 === 0) {
        assert.equal(mapValueAt(map, image, { x: region.x + x, y: region.y + y }), expected);
      }
    }
  }
});

test('the halving of an image has the map at the same places', () => {
  const map = drawnMap(8, 8);
  const image = { width: 401, height: 400 };
  const half = resampleMap(map, image, { x: 0, y: 0, width: 200, height: 200 }, 2);
  for (const [x, y] of [
    [0, 0],
    [77, 31],
    [199, 199],
  ]) {
    const four = [0, 1].flatMap((dy) =>
      [0, 1].map((dx) => mapValueAt(map, image, { x: 2 * x + dx, y: 2 * y + dy })),
    );
    const mean = four.reduce((sum, value) => sum + value, 0) / 4;
    assert.ok(Math.abs(half[y * 200 + x] - mean) < 2e-3, `${x}, ${y}`);
  }
});

test('beside a tall image lie bars of the map that nothing of it shows', () => {
  // The classifier saw 2 columns of bars, 4 of image, 2 of bars; only the bars have relevance.
  const values = Float32Array.from({ length: 64 }, (_, i) => (i % 8 < 2 || i % 8 >= 6 ? 1 : 0));
  const image = { width: 4, height: 8 };
  assert.deepEqual([...resampleMap({ values, width: 8, height: 8 }, image, whole(image))], Array(32).fill(0));
});
