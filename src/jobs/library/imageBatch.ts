import type { PixelArray } from '../../data/dataset.ts';
import type { ImageBatch } from '../../protocol/imageData.ts';

/** Pixels of one image, planar [C, H, W]; `maxValue` is white. */
export interface PlanarPixels {
  readonly pixels: PixelArray;
  readonly maxValue: number;
}

/** [H, W, C], 8 bits: rounded, as files of 16 bits are in a dataset of mixed depths. */
export function toInterleavedBytes({ pixels, maxValue }: PlanarPixels, channels: 1 | 3): Uint8Array {
  const area = pixels.length / channels;
  const bytes = new Uint8Array(pixels.length);
  for (let channel = 0; channel < channels; channel++) {
    for (let i = 0; i < area; i++) {
      bytes[i * channels + channel] = Math.round((pixels[channel * area + i] / maxValue) * 255);
    }
  }
  return bytes;
}

/** The pixels of an image that was asked for, or why there are none, in one sentence. */
export type ImageResult = { readonly pixels: Uint8Array } | { readonly reason: string };

/** Puts equally large square images into one piece; those without pixels are listed as missing. */
export function packBatch(
  ids: readonly string[],
  results: readonly ImageResult[],
  { imageSize, channels }: { readonly imageSize: number; readonly channels: 1 | 3 },
): ImageBatch {
  const length = imageSize * imageSize * channels;
  const found: string[] = [];
  const missing: { id: string; reason: string }[] = [];
  const pixels = new Uint8Array(length * results.filter((result) => 'pixels' in result).length);
  results.forEach((result, index) => {
    if ('reason' in result) missing.push({ id: ids[index], reason: result.reason });
    else pixels.set(result.pixels, length * (found.push(ids[index]) - 1));
  });
  return { ids: found, pixels, width: imageSize, height: imageSize, channels, missing };
}
