import type { ColorScale } from '../../src/color/mapLook.ts';
import { paintOverlay } from '../../src/color/overlay.ts';
import type { GalleryImage } from '../../src/protocol/galleryApi.ts';
import type { CachedImage } from './imageCache.ts';
import { LAYERS, type LayerId } from './layers.ts';
import { paintDifference } from './signedDifference.ts';

export type LayerImages = Readonly<Partial<Record<GalleryImage, CachedImage>>>;
/** [H, W] of each image, as large as it is. */
export type LayerMaps = Readonly<Partial<Record<GalleryImage, Float32Array>>>;

/** [H, W, 4], for a canvas. */
export interface RgbaPixels {
  readonly width: number;
  readonly height: number;
  readonly rgba: Uint8ClampedArray<ArrayBuffer>;
}

/** How layers are coloured. */
export interface LayerColors {
  /** Of the signed difference of two images; see `differenceColors`. */
  readonly difference: Uint8ClampedArray;
  readonly map: ColorScale;
}

/** [H, W, C] */
interface Panel {
  readonly pixels: Uint8Array | Uint8ClampedArray;
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3 | 4;
}

/** Of a tile's width, in image pixels, so that the gap between a pair stays thin at every size. */
const GAP_SHARE = 1 / 32;

/** Columns between two images beside each other. */
export function gapBeside(width: number): number {
  return Math.max(1, Math.round(width * GAP_SHARE));
}

/**
 * What a tile shows: a layer drawn from the images that it needs, with those maps over them that are there. Undefined
 * while an image is not there, or when two that belong together differ in size.
 */
export function composeLayer(
  layer: LayerId,
  images: LayerImages,
  maps: LayerMaps,
  colors: LayerColors,
): RgbaPixels | undefined {
  const { needs } = LAYERS[layer];
  const needed = needs.map((need) => images[need]);
  const [first, second = first] = needed;
  if (!first || !second) return undefined;
  const { width, height, channels } = first;
  if (second.width !== width || second.height !== height || second.channels !== channels) return undefined;

  if (layer === 'difference') {
    const target = blank(width, height);
    paintDifference(first.pixels, second.pixels, channels, colors.difference, target.rgba);
    return target;
  }
  const panels = [first, second].slice(0, needs.length).map((image, index) => {
    const map = maps[needs[index]];
    return map ? overlay(image, map, colors.map) : image;
  });
  const step = width + gapBeside(width);
  const target = blank(panels.length === 1 ? width : step + width, height);
  panels.forEach((panel, index) => drawPanel(panel, target, index * step));
  return target;
}

function blank(width: number, height: number): RgbaPixels {
  return { width, height, rgba: new Uint8ClampedArray(width * height * 4) };
}

function overlay(image: CachedImage, map: Float32Array, scale: ColorScale): Panel {
  const { width, height } = image;
  const { rgba } = blank(width, height);
  paintOverlay(image, map, scale, rgba);
  return { pixels: rgba, width, height, channels: 4 };
}

/** Draws an image into columns from `left` on. */
function drawPanel({ pixels, width, height, channels }: Panel, target: RgbaPixels, left: number): void {
  const { rgba } = target;
  const [green, blue] = channels === 1 ? [0, 0] : [1, 2];
  let from = 0;
  for (let y = 0; y < height; y++) {
    let to = (y * target.width + left) * 4;
    for (let x = 0; x < width; x++) {
      rgba[to] = pixels[from];
      rgba[to + 1] = pixels[from + green];
      rgba[to + 2] = pixels[from + blue];
      rgba[to + 3] = 255;
      from += channels;
      to += 4;
    }
  }
}
