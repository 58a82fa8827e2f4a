import sharp, { type Sharp } from 'sharp';

import { decodeBmp, isBmp } from './bmp.ts';
import { applyOrientation, legacyPngOrientation } from './orientation.ts';
import { resizeToSquare } from './resize.ts';

/** A decoded image, planar [C, size, size]; one channel where red, green and blue are equal everywhere. */
export interface DecodedImage {
  readonly channels: 1 | 3;
  readonly pixels: Uint8Array | Uint16Array;
  /** Width and height before it was resized. */
  readonly storedSize: readonly [number, number];
}

/** More than any radiograph has; what is larger is taken for a decompression bomb. */
const MAX_PIXELS = 100_000_000;
const SAFETY = { failOn: 'error', limitInputPixels: MAX_PIXELS } as const;

/**
 * Decodes the bytes of a PNG, JPEG, WebP, TIFF or BMP file to a square of `size` pixels: orientation applied, alpha
 * over black, CMYK to sRGB, 16-bit files kept at 16 bits. Of animations and multi-page files the first page is taken.
 *
 * Embedded grey and RGB colour profiles are ignored: a classifier should see the numbers that were stored.
 * Rejects with a plain Error whose message is the reason.
 */
export async function decodeImage(bytes: Buffer, size: number): Promise<DecodedImage> {
  const { image, width, height, is16Bit } = await openImage(bytes);
  const { values } = await readRgb(resizeToSquare(overBlack(image), width, height, size), is16Bit);
  return { ...toPlanar(values), storedSize: [width, height] };
}

/** A decoded image at its own size, upright, interleaved [H, W, C]. */
export interface WholeImage {
  readonly pixels: Uint8Array | Uint16Array;
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
  /** e.g. `png`. */
  readonly format: string;
}

/**
 * Decodes like `decodeImage`, but keeps the image's size. Grey floats in [0, 1], which only TIFF files hold, are
 * scaled to 16 bits. Rejects with a plain Error whose message is the reason.
 */
export async function decodeWholeImage(bytes: Buffer): Promise<WholeImage> {
  if (!isBmp(bytes)) {
    const { depth, space, format } = await sharp(bytes, SAFETY).metadata();
    const isFloat = depth === 'float' || depth === 'double';
    if (isFloat && space === 'b-w') return { ...(await readFloats(bytes)), format };
  }
  const { image, is16Bit, format } = await openImage(bytes);
  const { values, width, height } = await readRgb(overBlack(image), is16Bit);
  if (!isGrey(values)) return { pixels: values, width, height, channels: 3, format };
  const grey = is16Bit ? new Uint16Array(width * height) : new Uint8Array(width * height);
  for (let i = 0; i < grey.length; i++) grey[i] = values[3 * i];
  return { pixels: grey, width, height, channels: 1, format };
}

async function readFloats(bytes: Buffer): Promise<Omit<WholeImage, 'format'>> {
  const { data, info } = await sharp(bytes, SAFETY)
    .autoOrient()
    .removeAlpha()
    // Any other colour space would take the values for greys on a scale of 255.
    .toColourspace('b-w')
    .raw({ depth: 'float' })
    .toBuffer({ resolveWithObject: true });
  const values = new Float32Array(new Uint8Array(data).buffer);
  const outside = values.find((value) => !(value >= 0 && value <= 1));
  if (outside !== undefined) {
    throw new Error(`it holds the float ${outside}, where floats from 0 to 1 are read`);
  }
  const pixels = Uint16Array.from(values, (value) => Math.round(65535 * value));
  return { pixels, width: info.width, height: info.height, channels: 1 };
}

function overBlack(image: Sharp): Sharp {
  return image.flatten({ background: '#000000' });
}

/** Interleaved [H, W, 3]. */
async function readRgb(
  image: Sharp,
  is16Bit: boolean,
): Promise<{ values: Uint8Array | Uint16Array; width: number; height: number }> {
  const { data, info } = await image
    .toColourspace(is16Bit ? 'rgb16' : 'srgb')
    .raw({ depth: is16Bit ? 'ushort' : 'uchar' })
    .toBuffer({ resolveWithObject: true });
  if (info.channels !== 3) throw new Error(`it has ${info.channels} channels after decoding`);
  const values = is16Bit ? new Uint16Array(new Uint8Array(data).buffer) : new Uint8Array(data);
  return { values, width: info.width, height: info.height };
}

interface OpenImage {
  readonly image: Sharp;
  readonly width: number;
  readonly height: number;
  readonly is16Bit: boolean;
  readonly format: string;
}

function openImage(bytes: Buffer): Promise<OpenImage> | OpenImage {
  return isBmp(bytes) ? openBmp(bytes) : openWithSharp(bytes);
}

function openBmp(bytes: Buffer): OpenImage {
  const { width, height, data } = decodeBmp(bytes, MAX_PIXELS);
  const image = sharp(data, { raw: { width, height, channels: 3 } });
  return { image, width, height, is16Bit: false, format: 'bmp' };
}

async function openWithSharp(bytes: Buffer): Promise<OpenImage> {
  const metadata = await sharp(bytes, SAFETY).metadata();
  if (metadata.depth !== 'uchar' && metadata.depth !== 'ushort') {
    throw new Error(`its samples are of type ${metadata.depth}, where 8 or 16 bits are read`);
  }
  const image = sharp(bytes, { ...SAFETY, ignoreIcc: metadata.space !== 'cmyk' });
  // Turned or not, the sides are only compared with each other.
  const { width, height } = metadata;
  const orientation = metadata.orientation === undefined ? legacyPngOrientation(metadata.comments ?? []) : 1;
  return {
    image: orientation === 1 ? image.autoOrient() : applyOrientation(image, orientation),
    width,
    height,
    is16Bit: metadata.depth === 'ushort',
    format: metadata.format,
  };
}

/** Interleaved [H, W, 3] to planar [3, H, W], or [1, H, W] where the channels are equal. */
function toPlanar(values: Uint8Array | Uint16Array): Omit<DecodedImage, 'storedSize'> {
  const area = values.length / 3;
  const channels = isGrey(values) ? 1 : 3;
  const length = channels * area;
  const pixels = values instanceof Uint8Array ? new Uint8Array(length) : new Uint16Array(length);
  for (let channel = 0; channel < channels; channel++) {
    for (let i = 0; i < area; i++) pixels[channel * area + i] = values[3 * i + channel];
  }
  return { channels, pixels };
}

function isGrey(interleaved: Uint8Array | Uint16Array): boolean {
  for (let i = 0; i < interleaved.length; i += 3) {
    if (interleaved[i] !== interleaved[i + 1] || interleaved[i] !== interleaved[i + 2]) return false;
  }
  return true;
}
