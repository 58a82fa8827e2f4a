import sharp from 'sharp';
import {
  DEFAULT_DIFFERENCE_LOOK,
  DEFAULT_SALIENCY_LOOK,
  differenceScale,
  saliencyScale,
  type ColorScale,
} from '../../../color/mapLook.ts';
import { paintOverlay } from '../../../color/overlay.ts';
import { toPixels } from '../../../data/encodePng.ts';
import { toInterleavedBytes } from '../../library/imageBatch.ts';

/** Values in [0, 1], planar [C, H, W] with H = W. */
export interface FloatImage {
  readonly values: ArrayLike<number>;
  readonly channels: 1 | 3;
  readonly side: number;
}

/** A picture of interleaved 8-bit pixels. */
export interface Picture {
  readonly pixels: Uint8Array;
  readonly channels: 1 | 3 | 4;
  readonly side: number;
}

export function imagePicture({ values, channels, side }: FloatImage): Picture {
  const pixels = toInterleavedBytes({ pixels: toPixels(values), maxValue: 255 }, channels);
  return { pixels, channels, side };
}

/** The scale of overlays: the ends of the colours are 0 and 1 for all maps. */
export const SALIENCY_SCALE: ColorScale = saliencyScale(DEFAULT_SALIENCY_LOOK);

/** A saliency map over its image. */
export function overlayPicture(image: FloatImage, map: Float32Array): Picture {
  const { pixels, channels } = imagePicture(image);
  return paint({ pixels, channels: channels === 3 ? 3 : 1 }, map, image.side, SALIENCY_SCALE);
}

/** Signed differences on paper: white is none. `range` is where the colours end. */
export function signedPicture(difference: Float32Array, side: number, range: number): Picture {
  const scale = differenceScale({ ...DEFAULT_DIFFERENCE_LOOK, range }, 'light');
  return paint(undefined, difference, side, scale);
}

/** The scale of absolute differences, from none to `range`. */
export function absoluteScale(range: number): ColorScale {
  return saliencyScale({ colors: 'viridis', range: [0, range], opacity: 1, threshold: 0 });
}

export function absolutePicture(difference: Float32Array, side: number, range: number): Picture {
  return paint(undefined, difference.map(Math.abs), side, absoluteScale(range));
}

export async function encodePicture({ pixels, channels, side }: Picture): Promise<Buffer> {
  const image = sharp(pixels, { raw: { width: side, height: side, channels } });
  return image
    .toColourspace(channels === 1 ? 'b-w' : 'srgb')
    .png({ compressionLevel: 9 })
    .toBuffer();
}

function paint(
  image: { readonly pixels: Uint8Array; readonly channels: 1 | 3 } | undefined,
  map: Float32Array,
  side: number,
  scale: ColorScale,
): Picture {
  const rgba = new Uint8ClampedArray(4 * map.length);
  paintOverlay(image, map, scale, rgba);
  const pixels = new Uint8Array(3 * map.length);
  for (let i = 0; i < map.length; i++) pixels.set(rgba.subarray(4 * i, 4 * i + 3), 3 * i);
  return { pixels, channels: 3, side };
}
