import type { ImageCache, ImageKey } from './imageCache.ts';
import { composeLayer, type LayerImages, type RgbaPixels } from './layerPixels.ts';
import { LAYERS, type LayerId } from './layers.ts';
import { differenceColors, type DifferenceRange, type ThemeKind } from './signedDifference.ts';

/** What there is to see of a sample in a layer. */
export type Picture =
  | { readonly kind: 'pixels'; readonly pixels: RgbaPixels }
  | { readonly kind: 'missing'; readonly reason: string }
  | { readonly kind: 'pending' };

/** Makes pictures of a layer out of the images that have come. */
export class LayerPainter {
  readonly cache: ImageCache;
  layer: LayerId = 'synthetic';
  private range: DifferenceRange = 64;
  private theme: ThemeKind = 'dark';
  private colors = differenceColors(64, 'dark');

  constructor(cache: ImageCache) {
    this.cache = cache;
  }

  setDifference(range: DifferenceRange, theme: ThemeKind): void {
    if (range === this.range && theme === this.theme) return;
    this.range = range;
    this.theme = theme;
    this.colors = differenceColors(range, theme);
  }

  /** The images that a sample's picture needs. */
  needs(id: string): ImageKey[] {
    return LAYERS[this.layer].needs.map((layer) => ({ layer, id }));
  }

  /** Two pictures with the same key look the same. */
  keyOf(id: string): string {
    const look = this.layer === 'difference' ? `${this.range}/${this.theme}` : '';
    return `${this.layer}/${look}/${id}`;
  }

  pictureOf(id: string): Picture {
    const images: Record<string, LayerImages[keyof LayerImages]> = {};
    for (const key of this.needs(id)) {
      const entry = this.cache.get(key);
      if (!entry) {
        // Why, is said once above all tiles.
        const isGivenUp = this.cache.troubleOf(key.layer) !== undefined;
        return isGivenUp ? { kind: 'missing', reason: 'No image' } : { kind: 'pending' };
      }
      if (!entry.image) return { kind: 'missing', reason: entry.missing };
      images[key.layer] = entry.image;
    }
    const pixels = composeLayer(this.layer, images, this.colors);
    return pixels
      ? { kind: 'pixels', pixels }
      : { kind: 'missing', reason: 'Source and synthetic image differ in size.' };
  }
}
