import sharp, { type Sharp } from 'sharp';

import { decodeBmp, isBmp } from './bmp.ts';
import { applyOrientation, legacyPngOrientation } from './orientation.ts';
import { resizeToSquare } from './resize.ts';

/** A decoded image, planar [C, size, size]; one channel where red, green and blue are equal everywhere. */
export interface DecodedImage {
  readonly channels: 1 | 3;
  readonly pixels: Uint8Array | Uint16Array;
}

/** More than any radiograph has; what is larger is taken for a decompression bomb. */
const MAX_PIXELS = 100_000_000;

/**
 * Decodes the bytes of a PNG, JPEG, WebP, TIFF or BMP file to a square of `size` pixels: orientation applied, alpha
 * over black, CMYK to sRGB, 16-bit files kept at 16 bits. Of animations and multi-page files the first page is taken.
 *
 * Embedded grey and RGB colour profiles are ignored: a classifier should see the numbers that were stored.
 * Rejects with a plain Error whose message is the reason.
 */
export async function decodeImage(bytes: Buffer, size: number): Promise<DecodedImage> {
  const { image, width, height, is16Bit } = isBmp(bytes) ? openBmp(bytes) : await openWithSharp(bytes);
  const { data, info } = await resizeToSquare(image.flatten({ background: '#000000' }), width, height, size)
    .toColourspace(is16Bit ? 'rgb16' : 'srgb')
    .raw({ depth: is16Bit ? 'ushort' : 'uchar' })
    .toBuffer({ resolveWithObject: true });
  if (info.channels !== 3) throw new Error(`it has ${info.channels} channels after decoding`);
  const values = is16Bit ? new Uint16Array(new Uint8Array(data).buffer) : new Uint8Array(data);
  return toPlanar(values);
}

interface OpenImage {
  readonly image: Sharp;
  readonly width: number;
  readonly height: number;
  readonly is16Bit: boolean;
}

function openBmp(bytes: Buffer): OpenImage {
  const { width, height, data } = decodeBmp(bytes, MAX_PIXELS);
  return { image: sharp(data, { raw: { width, height, channels: 3 } }), width, height, is16Bit: false };
}

async function openWithSharp(bytes: Buffer): Promise<OpenImage> {
  const safety = { failOn: 'error', limitInputPixels: MAX_PIXELS } as const;
  const metadata = await sharp(bytes, safety).metadata();
  if (metadata.depth !== 'uchar' && metadata.depth !== 'ushort') {
    throw new Error(`its samples are of type ${metadata.depth}, where 8 or 16 bits are read`);
  }
  const image = sharp(bytes, { ...safety, ignoreIcc: metadata.space !== 'cmyk' });
  // Turned or not, the sides are only compared with each other.
  const { width, height } = metadata;
  const orientation = metadata.orientation === undefined ? legacyPngOrientation(metadata.comments ?? []) : 1;
  return {
    image: orientation === 1 ? image.autoOrient() : applyOrientation(image, orientation),
    width,
    height,
    is16Bit: metadata.depth === 'ushort',
  };
}

/** Interleaved [H, W, 3] to planar [3, H, W], or [1, H, W] where the channels are equal. */
function toPlanar(values: Uint8Array | Uint16Array): DecodedImage {
  const area = values.length / 3;
  let isGrey = true;
  for (let i = 0; i < values.length && isGrey; i += 3) {
    isGrey = values[i] === values[i + 1] && values[i] === values[i + 2];
  }
  const channels = isGrey ? 1 : 3;
  const length = channels * area;
  const pixels = values instanceof Uint8Array ? new Uint8Array(length) : new Uint16Array(length);
  for (let channel = 0; channel < channels; channel++) {
    for (let i = 0; i < area; i++) pixels[channel * area + i] = values[3 * i + channel];
  }
  return { channels, pixels };
}
