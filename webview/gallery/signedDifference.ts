export type ThemeKind = 'dark' | 'light';

type Rgb = readonly [number, number, number];

/** Values of a difference of two 8-bit images: -255 to 255. */
const VALUES = 511;
const MAX_VALUE = 255;

/** Grey levels at which the colours end; differences beyond are drawn as the ends. */
export const DIFFERENCE_RANGES = [16, 32, 64, 128, 255] as const;
export type DifferenceRange = (typeof DIFFERENCE_RANGES)[number];

/**
 * Blue for less, orange for more, in steps from -1 over a neutral zero to +1. Lightness grows (on dark) or falls (on
 * light) with the size of the difference, so that zero recedes into the page; blue and orange stay apart for all common
 * kinds of colour blindness.
 */
const STOPS: Readonly<Record<ThemeKind, readonly Rgb[]>> = {
  dark: [
    [173, 216, 255],
    [46, 134, 222],
    [24, 24, 24],
    [214, 104, 22],
    [255, 214, 170],
  ],
  light: [
    [8, 48, 107],
    [66, 146, 198],
    [247, 247, 247],
    [230, 118, 22],
    [110, 38, 4],
  ],
};

/** [511, 4] RGBA by difference + 255; zero is always the middle. `range` in grey levels. */
export function differenceColors(range: number, theme: ThemeKind): Uint8ClampedArray {
  const colors = new Uint8ClampedArray(VALUES * 4);
  for (let value = -MAX_VALUE; value <= MAX_VALUE; value++) {
    const position = Math.min(1, Math.max(-1, value / range));
    colors.set([...colorAt(STOPS[theme], (position + 1) / 2), 255], (value + MAX_VALUE) * 4);
  }
  return colors;
}

/** `fraction` 0 to 1 along equally spaced stops, between them linear. */
function colorAt(stops: readonly Rgb[], fraction: number): Rgb {
  const position = fraction * (stops.length - 1);
  const index = Math.min(stops.length - 2, Math.floor(position));
  const share = position - index;
  const mix = (channel: 0 | 1 | 2): number =>
    stops[index][channel] + share * (stops[index + 1][channel] - stops[index][channel]);
  return [mix(0), mix(1), mix(2)];
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
