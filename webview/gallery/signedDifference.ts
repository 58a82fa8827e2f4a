import { divergingColors, type ThemeKind } from '../../src/color/divergingColors.ts';
import { colorIndex } from '../../src/color/overlay.ts';

/** Values of a difference of two 8-bit images: -255 to 255. */
const VALUES = 511;
const MAX_VALUE = 255;

/** Grey levels at which the colours end; differences beyond are drawn as the ends. */
export const DIFFERENCE_RANGES = [16, 32, 64, 128, 255] as const;
export type DifferenceRange = (typeof DIFFERENCE_RANGES)[number];

/** [511, 4] RGBA by difference + 255, blue for less, orange for more; zero is always the middle. `range` in grey levels. */
export function differenceColors(range: number, theme: ThemeKind): Uint8ClampedArray {
  const scale = divergingColors('blueOrange', theme);
  const colors = new Uint8ClampedArray(VALUES * 4);
  for (let value = -MAX_VALUE; value <= MAX_VALUE; value++) {
    const from = 4 * colorIndex(value, -range, range);
    colors.set(scale.subarray(from, from + 4), (value + MAX_VALUE) * 4);
  }
  return colors;
}

/**
 * Synthetic minus source as colours. Of colour images, the mean of the channels' differences counts.
 *
 * `source`, `synthetic`: [H, W, channels]; `rgba`: [H, W, 4], overwritten.
 */
export function paintDifference(
  source: Uint8Array,
  synthetic: Uint8Array,
  channels: 1 | 3,
  colors: Uint8ClampedArray,
  rgba: Uint8ClampedArray,
): void {
  const pixels = source.length / channels;
  for (let pixel = 0; pixel < pixels; pixel++) {
    let sum = 0;
    for (let i = pixel * channels; i < (pixel + 1) * channels; i++) sum += synthetic[i] - source[i];
    const color = (Math.round(sum / channels) + MAX_VALUE) * 4;
    rgba[pixel * 4] = colors[color];
    rgba[pixel * 4 + 1] = colors[color + 1];
    rgba[pixel * 4 + 2] = colors[color + 2];
    rgba[pixel * 4 + 3] = 255;
  }
}
