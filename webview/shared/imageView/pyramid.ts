import type { PixelGrid } from './pixelGrid.ts';
import type { Region } from './renderPixels.ts';
import type { Placement, Size } from './viewport.ts';

/** An image at half its size, again and again, each made when first wanted: a large image draws as fast as a small one. */
export class Pyramid {
  private readonly images: PixelGrid[];

  constructor(image: PixelGrid) {
    this.images = [image];
  }

  /**
   * The smallest halving that still has a pixel for each pixel of the screen, and how many of the image's own pixels
   * one of its pixels is wide.
   *
   * @param scale device pixels an image pixel
   */
  levelFor(scale: number): { readonly image: PixelGrid; readonly factor: number } {
    let factor = 1;
    let index = 0;
    while (scale * factor * 2 <= 1) {
      const image = this.at(index);
      if (image.width === 1 && image.height === 1) break;
      factor *= 2;
      index++;
    }
    return { image: this.at(index), factor };
  }

  private at(index: number): PixelGrid {
    while (this.images.length <= index) this.images.push(halve(this.images[this.images.length - 1]));
    return this.images[index];
  }
}

/** Means of two by two pixels, rounded; at an odd edge the last column or row counts twice. */
export function halve(image: PixelGrid): PixelGrid {
  const { pixels, channels } = image;
  const width = Math.ceil(image.width / 2);
  const height = Math.ceil(image.height / 2);
  const length = width * height * channels;
  const half = pixels instanceof Uint16Array ? new Uint16Array(length) : new Uint8Array(length);
  let next = 0;
  for (let y = 0; y < height; y++) {
    const upper = 2 * y * image.width * channels;
    const lower = Math.min(2 * y + 1, image.height - 1) * image.width * channels;
    for (let x = 0; x < width; x++) {
      const left = 2 * x * channels;
      const right = Math.min(2 * x + 1, image.width - 1) * channels;
      for (let channel = 0; channel < channels; channel++) {
        const sum =
          pixels[upper + left + channel] +
          pixels[upper + right + channel] +
          pixels[lower + left + channel] +
          pixels[lower + right + channel];
        half[next++] = (sum + 2) >> 2;
      }
    }
  }
  return { pixels: half, width, height, channels };
}

/** The part of a halving (or of the image itself, `factor` 1) that a pane shows; undefined where it shows nothing. */
export function visibleRegion(
  { scale, left, top }: Placement,
  pane: Size,
  level: Size,
  factor: number,
): Region | undefined {
  const step = scale * factor;
  const x = Math.max(0, Math.floor(-left / step));
  const y = Math.max(0, Math.floor(-top / step));
  const width = Math.min(level.width, Math.ceil((pane.width - left) / step)) - x;
  const height = Math.min(level.height, Math.ceil((pane.height - top) / step)) - y;
  return width > 0 && height > 0 ? { x, y, width, height } : undefined;
}
