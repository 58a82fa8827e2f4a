import type { Picture } from './smallPicture.ts';

/** An image [C, H, W] in [0, 1] as a cell draws it; values beyond are black or white. */
export function planarPicture(
  values: Float32Array,
  { channels, width, height }: { readonly channels: 1 | 3; readonly width: number; readonly height: number },
): Picture {
  const area = width * height;
  const pixels = new Uint8Array(channels * area);
  for (let i = 0; i < area; i++) {
    for (let channel = 0; channel < channels; channel++) {
      const value = Math.min(1, Math.max(0, values[channel * area + i]));
      pixels[i * channels + channel] = Math.round(255 * value);
    }
  }
  return { pixels, width, height, channels };
}
