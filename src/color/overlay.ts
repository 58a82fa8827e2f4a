import { COLOR_STEPS } from './bakeColors.ts';
import type { ColorScale } from './mapLook.ts';

/**
 * Draws a map over an image. Both have the same size: `image` [H, W, C] with 8 bits, C 1, 3 or 4, of which the fourth is
 * not looked at; `values` [H, W]; `rgba` [H, W, 4] is overwritten and opaque, and may be the image itself. Without an
 * image, black lies under the map.
 */
export function paintOverlay(
  image: { readonly pixels: Uint8Array | Uint8ClampedArray; readonly channels: 1 | 3 | 4 } | undefined,
  values: Float32Array,
  scale: ColorScale,
  rgba: Uint8ClampedArray,
): void {
  const { colors, low, high, opacity } = scale;
  const [green, blue] = (image?.channels ?? 1) >= 3 ? [1, 2] : [0, 0];
  for (let i = 0; i < values.length; i++) {
    const from = i * (image?.channels ?? 1);
    const to = 4 * i;
    const base = image
      ? [image.pixels[from], image.pixels[from + green], image.pixels[from + blue]]
      : [0, 0, 0];
    const share = scale.isDrawn(values[i]) ? opacity : 0;
    const color = 4 * colorIndex(values[i], low, high);
    for (let channel = 0; channel < 3; channel++) {
      rgba[to + channel] = (1 - share) * base[channel] + share * colors[color + channel];
    }
    rgba[to + 3] = 255;
  }
}

/** The entry of a table of colours that stands for a value; values beyond the ends are drawn as the ends. */
export function colorIndex(value: number, low: number, high: number): number {
  const fraction = high > low ? (value - low) / (high - low) : Number(value >= high);
  return Math.round(Math.min(1, Math.max(0, fraction)) * (COLOR_STEPS - 1));
}
