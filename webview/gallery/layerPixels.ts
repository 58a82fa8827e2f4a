import type { ImageLayer } from '../../src/protocol/libraryApi.ts';
import type { CachedImage } from './imageCache.ts';
import { LAYERS, type LayerId } from './layers.ts';
import { paintDifference } from './signedDifference.ts';

export type LayerImages = Readonly<Partial<Record<ImageLayer, CachedImage>>>;

/** [H, W, 4], for a canvas. */
export interface RgbaPixels {
  readonly width: number;
  readonly height: number;
  readonly rgba: Uint8ClampedArray<ArrayBuffer>;
}

/** Of a tile's width, in image pixels, so that the gap between a pair stays thin at every size. */
const GAP_SHARE = 1 / 32;

/**
 * What a tile shows: a layer drawn from the images that it needs. Undefined while one of them is not there, or when two
 * that belong together differ in size.
 */
export function composeLayer(
  layer: LayerId,
  images: LayerImages,
  differenceColors: Uint8ClampedArray,
): RgbaPixels | undefined {
  const needed = LAYERS[layer].needs.map((need) => images[need]);
  const [first, second = first] = needed;
  if (!first || !second) return undefined;
  const { width, height, channels } = first;
  if (second.width !== width || second.height !== height || second.channels !== channels) return undefined;

  switch (layer) {
    case 'synthetic':
    case 'source': {
      const target = blank(width, height);
      drawImage(first, target, 0);
      return target;
    }
    case 'sideBySide': {
      const gap = Math.max(1, Math.round(width * GAP_SHARE));
      const target = blank(2 * width + gap, height);
      drawImage(first, target, 0);
      drawImage(second, target, width + gap);
      return target;
    }
    case 'difference': {
      const target = blank(width, height);
      paintDifference(first.pixels, second.pixels, channels, differenceColors, target.rgba);
      return target;
    }
  }
}

function blank(width: number, height: number): RgbaPixels {
  return { width, height, rgba: new Uint8ClampedArray(width * height * 4) };
}

/** Draws an image into columns from `left` on. */
function drawImage({ pixels, width, height, channels }: CachedImage, target: RgbaPixels, left: number): void {
  const { rgba } = target;
  const [green, blue] = channels === 3 ? [1, 2] : [0, 0];
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
