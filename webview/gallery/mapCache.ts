import { TsyndError } from '../../src/protocol/errors.ts';
import type { MapBatch, MapFacts, MapRequest } from '../../src/protocol/explanations.ts';
import type { GalleryImage } from '../../src/protocol/galleryApi.ts';
import { BatchCache, type BatchEntry, type BatchKey, type FetchedBatch } from './batchCache.ts';

/** A map of one image, as it was asked for. */
export interface CachedMap {
  /** [H, W] */
  readonly values: Float32Array;
  readonly width: number;
  readonly height: number;
  readonly facts: MapFacts;
}

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
export type MapEntry = BatchEntry<CachedMap>;

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
export class MapCache extends BatchCache<MapsOf, CachedMap> {
  constructor({ fetch, onChange, batchSize, delay }: MapCacheOptions) {
    super({
      fetch: async (ids, of, signal) => unpack(ids, await fetch(ids, of, signal)),
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

/** Throws TsyndError 'process/protocol' where there are not as many values or facts as maps. */
function unpack(
  ids: readonly string[],
  { values, width, height, found, facts, missing }: MapBatch,
): FetchedBatch<CachedMap> {
  const size = width * height;
  if (values.length !== found.length * size || facts.length !== found.length) {
    const sent = `${values.length} values and ${facts.length} facts for ${found.length} maps of ${width} x ${height}`;
    throw new TsyndError('process/protocol', `The editor sent ${sent}.`);
  }
  return {
    // Copies, so that a map that is dropped frees its memory while others of its batch are kept.
    found: found.map((index, position) => ({
      id: ids[index],
      value: {
        values: values.slice(position * size, (position + 1) * size),
        width,
        height,
        facts: facts[position],
      },
    })),
    missing: missing.map(({ index, reason }) => ({ id: ids[index], reason })),
  };
}
