import sharp, { type Sharp } from 'sharp';

import type { PixelArray } from './dataset.ts';

/** Images this close to square are stretched to a square; others get black bars, because a crop would lose tissue. */
const MAX_STRETCH = 1.05;
const BLACK = '#000000';
const IMAGES_AT_A_TIME = 64;

/**
 * Resizes to a square of `size` pixels by libvips with a bicubic kernel, which is widened when the image shrinks so
 * that nothing aliases. `width` and `height` are those of the image, turned or not.
 */
export function resizeToSquare(image: Sharp, width: number, height: number, size: number): Sharp {
  const isNearlySquare = Math.max(width / height, height / width) <= MAX_STRETCH;
  return image.resize(size, size, {
    fit: isNearlySquare ? 'fill' : 'contain',
    background: BLACK,
    kernel: 'cubic',
    fastShrinkOnLoad: false,
  });
}

export interface InterleavedShape {
  readonly count: number;
  readonly height: number;
  readonly width: number;
  readonly channels: 1 | 3;
}

/**
 * Resizes interleaved images [N, H, W, C] to [N, size, size, C] like `resizeToSquare`. Floats in [0, 1] pass through
 * 16 bits, because libvips takes the greys of a float image for a scale of 255.
 */
export async function resizeImages(
  pixels: PixelArray,
  shape: InterleavedShape,
  size: number,
): Promise<PixelArray> {
  if (shape.height === size && shape.width === size) return pixels;
  if (pixels instanceof Float32Array) {
    const coarse = await resizeWholeNumbers(
      Uint16Array.from(pixels, (value) => Math.round(value * 65535)),
      shape,
      size,
    );
    return Float32Array.from(coarse, (value) => value / 65535);
  }
  return resizeWholeNumbers(pixels, shape, size);
}

async function resizeWholeNumbers(
  pixels: Uint8Array | Uint16Array,
  { count, height, width, channels }: InterleavedShape,
  size: number,
): Promise<Uint8Array | Uint16Array> {
  const is16Bit = pixels instanceof Uint16Array;
  const sourceLength = height * width * channels;
  const targetLength = size * size * channels;
  const resized = is16Bit ? new Uint16Array(count * targetLength) : new Uint8Array(count * targetLength);
  const [grey, colour] = is16Bit ? (['grey16', 'rgb16'] as const) : (['b-w', 'srgb'] as const);
  const resizeOne = async (index: number): Promise<void> => {
    const source = pixels.subarray(index * sourceLength, (index + 1) * sourceLength);
    const bytes = await resizeToSquare(
      sharp(source, { raw: { width, height, channels } }),
      width,
      height,
      size,
    )
      .toColourspace(channels === 1 ? grey : colour)
      .raw({ depth: is16Bit ? 'ushort' : 'uchar' })
      .toBuffer();
    const values = is16Bit ? new Uint16Array(new Uint8Array(bytes).buffer) : bytes;
    resized.set(values, index * targetLength);
  };
  for (let start = 0; start < count; start += IMAGES_AT_A_TIME) {
    const length = Math.min(IMAGES_AT_A_TIME, count - start);
    await Promise.all(Array.from({ length }, (_, offset) => resizeOne(start + offset)));
  }
  return resized;
}
