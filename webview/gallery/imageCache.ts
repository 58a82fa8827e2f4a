import type { GalleryImage } from '../../src/protocol/galleryApi.ts';
import type { ImageBatch } from '../../src/protocol/imageData.ts';
import { TsyndError } from '../../src/protocol/errors.ts';
import { BatchCache, type BatchEntry, type BatchKey, type FetchedBatch } from './batchCache.ts';

/** [H, W, C], 8 bits. */
export interface CachedImage {
  readonly pixels: Uint8Array;
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
}

export type ImageKey = BatchKey<GalleryImage>;
export type ImageEntry = BatchEntry<CachedImage>;

export interface ImageCacheOptions {
  readonly fetch: (ids: readonly string[], of: GalleryImage, signal: AbortSignal) => Promise<ImageBatch>;
  readonly onChange: () => void;
  readonly capacityBytes?: number;
  readonly batchSize?: number;
  readonly delay?: (ms: number, callback: () => void) => void;
}

const CAPACITY_BYTES = 100 * 2 ** 20;
const MOST_IN_BATCH = 48;

/** The pixels that the page has, and the requests for those that it wants. */
export class ImageCache extends BatchCache<GalleryImage, CachedImage> {
  constructor({ fetch, onChange, capacityBytes, batchSize, delay }: ImageCacheOptions) {
    super({
      fetch: async (ids, of, signal) => unpack(await fetch(ids, of, signal)),
      nameOf: (of) => of,
      bytesOf: ({ pixels }) => pixels.length,
      unsaid: 'There is no image.',
      onChange,
      capacityBytes: capacityBytes ?? CAPACITY_BYTES,
      batchSize: batchSize ?? MOST_IN_BATCH,
      delay,
    });
  }
}

/** Throws TsyndError 'process/protocol' where there are not as many pixels as the sizes say. */
function unpack({ ids, pixels, width, height, channels, missing }: ImageBatch): FetchedBatch<CachedImage> {
  const size = width * height * channels;
  if (pixels.length !== ids.length * size) {
    const found = `${pixels.length} bytes for ${ids.length} images of ${width} x ${height} x ${channels}`;
    throw new TsyndError('process/protocol', `The editor sent ${found}.`);
  }
  // Copies, so that an image that is dropped frees its memory while others of its batch are kept.
  const found = ids.map((id, index) => ({
    id,
    value: { pixels: pixels.slice(index * size, (index + 1) * size), width, height, channels },
  }));
  return { found, missing };
}
