import { halve } from './pyramid.ts';
import { levelsOf, type PixelGrid } from './pixelGrid.ts';
import type { ByteImage } from '../maps/planarImage.ts';
import { autoWindow, displayTable, valueRangeOf } from './windowLevel.ts';

/** What a cell can show at most, in pixels of the screen. */
const LARGEST_SIDE = 512;

/** An image file for a cell: halved until it is small enough, 16 bits by the percentiles that the image has. */
export function smallPicture(image: PixelGrid): ByteImage {
  let small: PixelGrid = image;
  while (Math.max(small.width, small.height) > LARGEST_SIDE) small = halve(small);
  const { pixels, width, height, channels } = small;
  if (pixels instanceof Uint8Array) return { pixels, width, height, channels };
  const table = displayTable(autoWindow(valueRangeOf(small)), levelsOf(small), false);
  return { pixels: Uint8Array.from(pixels, (value) => table[value]), width, height, channels };
}
