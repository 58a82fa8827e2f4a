import { createHash } from 'node:crypto';
import type { PixelArray } from './dataset.ts';

/**
 * A digest of each picture [N, C, H, W] at 8 bits, so that one picture is known again whether it was stored with 8 or 16
 * bits or as floats.
 */
export function pictureDigests(images: {
  readonly count: number;
  readonly pixels: PixelArray;
  readonly maxValue: number;
}): string[] {
  const { count, pixels, maxValue } = images;
  const size = pixels.length / count;
  return Array.from({ length: count }, (_, index) => {
    const picture = pixels.subarray(index * size, (index + 1) * size);
    const bytes =
      maxValue === 255 && picture instanceof Uint8Array
        ? picture
        : Uint8Array.from(picture, (value) => Math.round((value / maxValue) * 255));
    return createHash('sha256').update(bytes).digest('hex');
  });
}
