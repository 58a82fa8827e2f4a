import type { MapBatch, MapRequest } from '../../src/protocol/explanations.ts';
import type { GalleryImage } from '../../src/protocol/galleryApi.ts';
import { unpackMaps, type FoundMap } from '../shared/maps/unpackMaps.ts';
import { BatchCache, type BatchEntry, type BatchKey } from './batchCache.ts';

/** Which maps: of which images, and what was asked. Made anew by `mapsOf` for another request, so that none is mixed up. */
export interface MapsOf {
  readonly name: string;
  readonly image: GalleryImage;
  readonly request: MapRequest;
}

export function mapsOf(image: GalleryImage, request: MapRequest): MapsOf {
  return { name: `${image} ${JSON.stringify(request)}`, image, request };
}

export type MapKey = BatchKey<MapsOf>;
export type MapEntry = BatchEntry<FoundMap>;

export interface MapCacheOptions {
  readonly fetch: (ids: readonly string[], of: MapsOf, signal: AbortSignal) => Promise<MapBatch>;
  readonly onChange: () => void;
  readonly batchSize?: number;
  readonly delay?: (ms: number, callback: () => void) => void;
}

const CAPACITY_BYTES = 64 * 2 ** 20;
/** Maps take time where they are computed: few at once are soon seen, and soon over when they are wanted no more. */
const MOST_IN_BATCH = 16;

/** The maps that the page has, and the requests for those that it wants. */
export class MapCache extends BatchCache<MapsOf, FoundMap> {
  constructor({ fetch, onChange, batchSize, delay }: MapCacheOptions) {
    super({
      fetch: async (ids, of, signal) => {
        const batch = await fetch(ids, of, signal);
        return {
          found: unpackMaps(batch).map(({ index, map }) => ({ id: ids[index], value: map })),
          missing: batch.missing.map(({ index, reason }) => ({ id: ids[index], reason })),
        };
      },
      nameOf: ({ name }) => name,
      bytesOf: ({ values }) => values.byteLength,
      unsaid: 'There is no map.',
      onChange,
      capacityBytes: CAPACITY_BYTES,
      batchSize: batchSize ?? MOST_IN_BATCH,
      delay,
    });
  }
}
