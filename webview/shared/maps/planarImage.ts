import type { PixelGrid } from '../imageView/pixelGrid.ts';

/** An image with 8 bits. */
export interface ByteImage extends PixelGrid {
  readonly pixels: Uint8Array;
}

/** An image [C, H, W] in [0, 1] as views draw it; values beyond are black or white. */
export function planarImage(
  values: Float32Array,
  { channels, width, height }: Omit<PixelGrid, 'pixels'>,
): ByteImage {
  const area = width * height;
  const pixels = new Uint8Array(channels * area);
  for (let place = 0; place < area; place++) {
    for (let channel = 0; channel < channels; channel++) {
      const value = Math.min(1, Math.max(0, values[channel * area + place]));
      pixels[place * channels + channel] = Math.round(255 * value);
    }
  }
  return { pixels, width, height, channels };
}
