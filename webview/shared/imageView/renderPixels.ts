import type { PixelGrid } from './pixelGrid.ts';

/** A part of an image, in its pixels; inside it. */
export interface Region {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Every pixel opaque; in memory A is the highest byte, since all machines that run an editor are little-endian. */
const OPAQUE = 0xff000000;

/**
 * Writes the pixels of `region`, sent through `table` (see displayTable), as RGBA into `target`, one word a pixel,
 * [region.height, region.width]. `target` may be larger, so that one buffer serves all sizes.
 */
export function renderPixels(image: PixelGrid, region: Region, table: Uint8Array, target: Uint32Array): void {
  const { pixels, width, channels } = image;
  let next = 0;
  for (let row = region.y; row < region.y + region.height; row++) {
    let from = (row * width + region.x) * channels;
    const end = from + region.width * channels;
    if (channels === 1) {
      for (; from < end; from++) target[next++] = OPAQUE | (table[pixels[from]] * 0x010101);
    } else {
      for (; from < end; from += 3) {
        target[next++] =
          OPAQUE | (table[pixels[from + 2]] << 16) | (table[pixels[from + 1]] << 8) | table[pixels[from]];
      }
    }
  }
}
