import type { ThemeKind } from '../../src/color/divergingColors.ts';
import type { ColorScale } from '../../src/color/mapLook.ts';
import type { MapFacts } from '../../src/protocol/explanations.ts';
import type { GalleryImage } from '../../src/protocol/galleryApi.ts';
import { requestOf } from '../shared/maps/mapChanges.ts';
import { mapScales } from '../shared/maps/mapScales.ts';
import type { MapKind } from '../shared/maps/mapWords.ts';
import type { FoundMap } from '../shared/maps/unpackMaps.ts';
import type { CachedImage, ImageCache, ImageKey } from './imageCache.ts';
import { composeLayer, gapBeside, type LayerColors, type RgbaPixels } from './layerPixels.ts';
import { LAYERS, type Layer } from './layers.ts';
import { mapsOf, type MapCache, type MapKey, type MapsOf } from './mapCache.ts';
import { differenceColors } from './signedDifference.ts';
import { INITIAL_VIEW_STATE, type ViewState } from './viewState.ts';

/** What there is to see of a sample in a layer. */
export type Picture =
  | {
      readonly kind: 'pixels';
      readonly pixels: RgbaPixels;
      /** Why a map that belongs here is not over its image. */
      readonly lack?: MapLack | undefined;
      /** Of the maps that are there, in the order of the layer's images. */
      readonly facts: readonly MapFacts[];
    }
  | { readonly kind: 'missing'; readonly reason: string }
  | { readonly kind: 'pending' };

export interface MapLack {
  readonly isPending: boolean;
  /** A word or a sentence. */
  readonly text: string;
}

/** One image of the layer and its map, as far as it is known. */
export interface ShownMap {
  readonly image: GalleryImage;
  readonly map?: FoundMap | undefined;
  readonly lack?: MapLack | undefined;
}

/** The value of a map at a pixel, `x` from the left and `y` from the top, from 0. */
export interface MapValue {
  readonly image: GalleryImage;
  readonly value: number;
  readonly x: number;
  readonly y: number;
  readonly facts: MapFacts;
}

type Look = Pick<ViewState, 'layer' | 'differenceRange' | 'maps'>;

const COMPUTING: MapLack = { isPending: true, text: 'Computing' };
/** Why, is said once above all tiles. */
const NO_MAP: MapLack = { isPending: false, text: 'No map' };
const OTHER_SIZE: MapLack = { isPending: false, text: 'The map and its image differ in size.' };

/** Makes pictures of a layer out of the images and maps that have come. */
export class LayerPainter {
  readonly cache: ImageCache;
  readonly maps: MapCache;
  private look: Look = INITIAL_VIEW_STATE;
  private theme: ThemeKind = 'dark';
  private kinds: readonly MapsOf[] = [];
  private colors!: LayerColors;
  /** All that decides about the colours of the layer. */
  private lookKey = '';

  constructor(cache: ImageCache, maps: MapCache) {
    this.cache = cache;
    this.maps = maps;
    this.refresh();
  }

  show({ layer, differenceRange, maps }: Look): void {
    const { look } = this;
    if (layer === look.layer && differenceRange === look.differenceRange && maps === look.maps) return;
    this.look = { layer, differenceRange, maps };
    this.refresh();
  }

  setTheme(theme: ThemeKind): void {
    if (theme === this.theme) return;
    this.theme = theme;
    this.refresh();
  }

  /** How the maps of the layer are coloured; also of layers that have none. */
  get mapScale(): ColorScale {
    return this.colors.map;
  }

  get mapKind(): MapKind | undefined {
    return this.layer.map;
  }

  /** The images that a sample's picture needs. */
  needs(id: string): ImageKey[] {
    return this.layer.needs.map((of) => ({ of, id }));
  }

  /** The maps that lie over them. */
  needsMaps(id: string): MapKey[] {
    return this.kinds.map((of) => ({ of, id }));
  }

  /** Why images or maps of the layer do not come, once that is sure. */
  get trouble(): { readonly what: 'images' | 'maps'; readonly message: string } | undefined {
    const images = firstOf(this.layer.needs.map((of) => this.cache.troubleOf(of)));
    if (images !== undefined) return { what: 'images', message: images };
    const maps = firstOf(this.kinds.map((of) => this.maps.troubleOf(of)));
    return maps === undefined ? undefined : { what: 'maps', message: maps };
  }

  /** Asks again for what could not be had. */
  retry(): void {
    this.cache.retry();
    this.maps.retry();
  }

  /** Two pictures with the same key look the same. */
  keyOf(id: string): string {
    const maps = this.kinds.map((of) => this.stateOf({ of, id })).join('');
    return `${this.lookKey}/${maps}/${id}`;
  }

  pictureOf(id: string): Picture {
    const { id: layer } = this.layer;
    const images: Partial<Record<GalleryImage, CachedImage>> = {};
    for (const key of this.needs(id)) {
      const entry = this.cache.get(key);
      if (!entry) {
        // Why, is said once above all tiles.
        const isGivenUp = this.cache.troubleOf(key.of) !== undefined;
        return isGivenUp ? { kind: 'missing', reason: 'No image' } : { kind: 'pending' };
      }
      if (!entry.value) return { kind: 'missing', reason: entry.missing };
      images[key.of] = entry.value;
    }
    const shown = this.shownMaps(id);
    const maps: Partial<Record<GalleryImage, Float32Array>> = {};
    for (const { image, map } of shown) if (map) maps[image] = map.values;
    const pixels = composeLayer(layer, images, maps, this.colors);
    if (!pixels) return { kind: 'missing', reason: 'Source and synthetic image differ in size.' };
    const facts = shown.flatMap(({ map }) => (map ? [map.facts] : []));
    return { kind: 'pixels', pixels, lack: firstOf(shown.map(({ lack }) => lack)), facts };
  }

  /** The maps of a sample in this layer, one an image; none where the layer has no maps. */
  shownMaps(id: string): ShownMap[] {
    return this.kinds.map((of) => {
      const { image } = of;
      const entry = this.maps.get({ of, id });
      if (!entry) return { image, lack: this.maps.troubleOf(of) === undefined ? COMPUTING : NO_MAP };
      const { value: map } = entry;
      if (!map) return { image, lack: { isPending: false, text: entry.missing } };
      const below = this.cache.get({ of: image, id })?.value;
      const fits = !below || (below.width === map.width && below.height === map.height);
      return fits ? { image, map } : { image, lack: OTHER_SIZE };
    });
  }

  /** The map's value at a pixel of a sample's picture; undefined where there is none (yet). */
  valueAt(id: string, x: number, y: number): MapValue | undefined {
    for (const { image, map } of this.shownMaps(id)) {
      const width = map?.width ?? this.cache.get({ of: image, id })?.value?.width;
      if (width === undefined) return undefined;
      if (map && x >= 0 && x < width && y >= 0 && y < map.height) {
        return { image, value: map.values[y * width + x], x, y, facts: map.facts };
      }
      x -= width + gapBeside(width);
    }
    return undefined;
  }

  private get layer(): Layer {
    return LAYERS[this.look.layer];
  }

  private stateOf(key: MapKey): string {
    const entry = this.maps.get(key);
    if (entry) return entry.value ? '+' : '!';
    return this.maps.troubleOf(key.of) === undefined ? '?' : '-';
  }

  private refresh(): void {
    const { look, theme, layer } = this;
    const { map } = layer;
    const { saliencyLook, differenceLook } = look.maps;
    const { saliency, signed } = mapScales(look.maps, theme);
    this.colors = {
      difference: differenceColors(look.differenceRange, theme),
      map: map === 'adversarial' ? signed : saliency,
    };
    const request = map && requestOf(look.maps, map);
    this.kinds = request ? layer.needs.map((image) => mapsOf(image, request)) : [];
    const looks = {
      saliency: [saliencyLook, request],
      adversarial: [differenceLook, request, theme],
      difference: [look.differenceRange, theme],
      none: [],
    };
    this.lookKey = `${look.layer}/${JSON.stringify(looks[map ?? (look.layer === 'difference' ? 'difference' : 'none')])}`;
  }
}

function firstOf<T>(values: readonly (T | undefined)[]): T | undefined {
  return values.find((value) => value !== undefined);
}
