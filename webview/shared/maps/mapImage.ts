import type { ColorScale } from '../../../src/color/mapLook.ts';

/** A map at the classifier's image size. */
export interface MapGrid {
  /** [H, W] */
  readonly values: Float32Array;
  readonly width: number;
  readonly height: number;
}

/** A map over an image, and how it is drawn. */
export interface MapOverlay {
  readonly map: MapGrid;
  readonly scale: ColorScale;
}

interface Size {
  readonly width: number;
  readonly height: number;
}

/** Column, row, width and height. */
interface Box extends Size {
  readonly x: number;
  readonly y: number;
}

/** As datasets are read (src/data/resize.ts): what is closer to square than this is stretched, the rest gets bars. */
const MAX_STRETCH = 1.05;

/** Where in a map, in its pixels, the image lies that the classifier saw: all of it, or all but two black bars. */
export function imageInMap(image: Size, map: Size): Box {
  const { width, height } = image;
  if (Math.max(width / height, height / width) <= MAX_STRETCH) {
    return { x: 0, y: 0, width: map.width, height: map.height };
  }
  const scale = Math.min(map.width / width, map.height / height);
  const extent = {
    width: Math.max(1, Math.round(width * scale)),
    height: Math.max(1, Math.round(height * scale)),
  };
  return {
    x: Math.floor((map.width - extent.width) / 2),
    y: Math.floor((map.height - extent.height) / 2),
    ...extent,
  };
}

/**
 * The map's values [region.height, region.width] at the pixels of a part of an image that was halved to 1/`factor`:
 * bilinear where the image is finer than the map, a triangle as wide as a pixel where it is coarser, and the values
 * themselves where both have one size.
 *
 * @param image the whole image's size, before any halving
 * @param region in pixels of the halved image
 */
export function resampleMap(map: MapGrid, image: Size, region: Box, factor = 1): Float32Array {
  const box = imageInMap(image, map);
  const columns = tapsOf(box.x, (box.width * factor) / image.width, region.x, region.width, map.width);
  const rows = tapsOf(box.y, (box.height * factor) / image.height, region.y, region.height, map.height);

  // [map.height, region.width]: each row of the map is stretched once, however many rows of the image it is for.
  const stretched = new Float32Array(map.height * region.width);
  for (let y = 0; y < map.height; y++) {
    columns.forEach(({ first, weights }, x) => {
      let sum = 0;
      for (let tap = 0; tap < weights.length; tap++)
        sum += weights[tap] * map.values[y * map.width + first + tap];
      stretched[y * region.width + x] = sum;
    });
  }

  const values = new Float32Array(region.height * region.width);
  rows.forEach(({ first, weights }, y) => {
    for (let tap = 0; tap < weights.length; tap++) {
      const from = (first + tap) * region.width;
      for (let x = 0; x < region.width; x++) {
        values[y * region.width + x] += weights[tap] * stretched[from + x];
      }
    }
  });
  return values;
}

/** The map's value at one pixel of an image, as it is drawn there. */
export function mapValueAt(
  map: MapGrid,
  image: Size,
  { x, y }: { readonly x: number; readonly y: number },
): number {
  return resampleMap(map, image, { x, y, width: 1, height: 1 })[0];
}

/** What a pixel takes from neighbouring values of the map; the weights sum to 1. */
interface Taps {
  readonly first: number;
  readonly weights: readonly number[];
}

/** @param step values of the map that one pixel spans */
function tapsOf(origin: number, step: number, start: number, count: number, length: number): readonly Taps[] {
  const radius = Math.max(1, step);
  return Array.from({ length: count }, (_, offset) => {
    const center = Math.min(length - 1, Math.max(0, origin + (start + offset + 0.5) * step - 0.5));
    const first = Math.max(0, Math.floor(center - radius) + 1);
    const last = Math.min(length - 1, Math.ceil(center + radius) - 1);
    const weights = Array.from(
      { length: last - first + 1 },
      (_, tap) => 1 - Math.abs(first + tap - center) / radius,
    );
    const sum = weights.reduce((total, weight) => total + weight, 0);
    return { first, weights: weights.map((weight) => weight / sum) };
  });
}
