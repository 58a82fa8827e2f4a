import { emptyLike } from '../../data/batch.ts';
import type { PixelArray } from '../../data/dataset.ts';
import { luma } from '../readForClassifier.ts';

/**
 * Images [N, C, H, W] in other channels: grey is repeated, of colours the brightness is taken. The array is the same
 * where nothing changes.
 */
export function convertChannels(pixels: PixelArray, count: number, from: 1 | 3, to: 1 | 3): PixelArray {
  if (from === to) return pixels;
  const area = pixels.length / count / from;
  const converted = emptyLike(pixels, count * to * area);
  for (let n = 0; n < count; n++) {
    for (let i = 0; i < area; i++) {
      if (from === 1) {
        for (let channel = 0; channel < to; channel++)
          converted[(n * to + channel) * area + i] = pixels[n * area + i];
      } else {
        const [red, green, blue] = [0, 1, 2].map((channel) => pixels[(n * from + channel) * area + i]);
        const isGrey = red === green && green === blue;
        const value = isGrey ? red : luma(red, green, blue);
        converted[n * area + i] = pixels instanceof Float32Array ? value : Math.round(value);
      }
    }
  }
  return converted;
}
