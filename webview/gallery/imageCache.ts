import type { ImageBatch } from '../../src/protocol/imageData.ts';
import type { ImageLayer } from '../../src/protocol/libraryApi.ts';
import { describeError, TsyndError } from '../../src/protocol/errors.ts';

/** [H, W, C], 8 bits. */
export interface CachedImage {
  readonly pixels: Uint8Array;
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
}

export interface ImageKey {
  readonly layer: ImageLayer;
  readonly id: string;
}

export type ImageEntry =
  { readonly image: CachedImage } | { readonly image?: undefined; readonly missing: string };

export interface ImageCacheOptions {
  readonly fetch: (ids: readonly string[], layer: ImageLayer, signal: AbortSignal) => Promise<ImageBatch>;
  /** Called when images, or reasons why there are none, have come, and when a layer's trouble begins or ends. */
  readonly onChange: () => void;
  readonly capacityBytes?: number;
  /** Images a request, at most. */
  readonly batchSize?: number;
  /** Calls back once after a while; `setTimeout` unless a test wants to be the clock. */
  readonly delay?: (ms: number, callback: () => void) => void;
}

interface Batch {
  readonly keys: readonly string[];
  readonly controller: AbortController;
}

/** Requests of a layer that failed in a row. */
interface Trouble {
  readonly attempts: number;
  readonly message: string;
  /** Until the next attempt; for good after the last one, until `retry`. */
  readonly isPaused: boolean;
}

const CAPACITY_BYTES = 100 * 2 ** 20;
const MOST_IN_BATCH = 48;
const LEAST_IN_BATCH = 8;
/** So that a message of large images does not hold up a frame. */
const BATCH_BYTES = 2 * 2 ** 20;
const MAX_IN_FLIGHT = 2;
const MAX_ATTEMPTS = 3;
const FIRST_DELAY_MS = 1000;

/**
 * The pixels that the page has, least recently used first out, and the requests for those that it wants: what is on the
 * screen before what lies around it, and none for what was scrolled away meanwhile. A few at once, cancelled ones that
 * have not ended yet among them: however fast a person scrolls, no queue grows where images are read.
 */
export class ImageCache {
  private readonly entries = new Map<string, ImageEntry>();
  private readonly inFlight = new Set<Batch>();
  private readonly troubles = new Map<ImageLayer, Trouble>();
  private wanted: readonly (readonly ImageKey[])[] = [];
  private wantedKeys: ReadonlySet<string> = new Set();
  private usedBytes = 0;
  private readonly options: ImageCacheOptions;
  private readonly capacityBytes: number;
  private batchSize: number;
  private readonly delay: (ms: number, callback: () => void) => void;

  constructor(options: ImageCacheOptions) {
    this.options = options;
    this.capacityBytes = options.capacityBytes ?? CAPACITY_BYTES;
    this.batchSize = options.batchSize ?? MOST_IN_BATCH;
    this.delay = options.delay ?? ((ms, callback) => void setTimeout(callback, ms));
  }

  get sizeBytes(): number {
    return this.usedBytes;
  }

  /** What is known of an image; undefined while it is on its way. Reading keeps it from being dropped next. */
  get({ layer, id }: ImageKey): ImageEntry | undefined {
    const key = keyOf(layer, id);
    const entry = this.entries.get(key);
    if (entry) {
      this.entries.delete(key);
      this.entries.set(key, entry);
    }
    return entry;
  }

  /** Why a layer's images do not come, once asking again has been given up. */
  troubleOf(layer: ImageLayer): string | undefined {
    const trouble = this.troubles.get(layer);
    return trouble && trouble.attempts >= MAX_ATTEMPTS ? trouble.message : undefined;
  }

  /** Replaces what is wanted. Requests of which nothing is wanted any more are cancelled. */
  want(visible: readonly ImageKey[], margin: readonly ImageKey[]): void {
    this.wanted = [visible, margin];
    this.wantedKeys = new Set([...visible, ...margin].map(({ layer, id }) => keyOf(layer, id)));
    for (const { keys, controller } of this.inFlight) {
      if (!keys.some((key) => this.wantedKeys.has(key))) controller.abort();
    }
    this.fetchNext();
  }

  /** Asks again for what could not be had. */
  retry(): void {
    this.troubles.clear();
    for (const [key, entry] of this.entries) if (!entry.image) this.entries.delete(key);
    this.fetchNext();
  }

  private fetchNext(): void {
    while (this.inFlight.size < MAX_IN_FLIGHT) {
      const next = this.nextBatch();
      if (!next) return;
      void this.fetchBatch(next.layer, next.ids);
    }
  }

  /** The most urgent images that are neither here nor on their way, of one layer and one urgency. */
  private nextBatch(): { readonly layer: ImageLayer; readonly ids: readonly string[] } | undefined {
    const coming = [...this.inFlight].filter(({ controller }) => !controller.signal.aborted);
    const onTheWay = new Set(coming.flatMap(({ keys }) => keys));
    for (const keys of this.wanted) {
      const open = keys.filter(
        ({ layer, id }) =>
          !this.entries.has(keyOf(layer, id)) &&
          !onTheWay.has(keyOf(layer, id)) &&
          !this.troubles.get(layer)?.isPaused,
      );
      if (open.length === 0) continue;
      const { layer } = open[0];
      const ids = open.filter((key) => key.layer === layer).map(({ id }) => id);
      return { layer, ids: [...new Set(ids)].slice(0, this.batchSize) };
    }
    return undefined;
  }

  private async fetchBatch(layer: ImageLayer, ids: readonly string[]): Promise<void> {
    const batch: Batch = { keys: ids.map((id) => keyOf(layer, id)), controller: new AbortController() };
    this.inFlight.add(batch);
    let images: ImageBatch | undefined;
    let failure: unknown;
    try {
      images = await this.options.fetch(ids, layer, batch.controller.signal);
      checkBatch(images);
    } catch (error) {
      failure = error;
    }
    this.inFlight.delete(batch);
    // Of a cancelled request the answer does not matter.
    if (!batch.controller.signal.aborted) {
      if (failure !== undefined || !images) this.failed(layer, describeError(failure));
      else {
        this.store(layer, ids, images);
        this.troubles.delete(layer);
      }
      this.options.onChange();
    }
    this.fetchNext();
  }

  private store(layer: ImageLayer, asked: readonly string[], batch: ImageBatch): void {
    const { ids, pixels, width, height, channels, missing } = batch;
    const size = width * height * channels;
    const fitting = Math.max(LEAST_IN_BATCH, Math.floor(BATCH_BYTES / Math.max(1, size)));
    this.batchSize = Math.min(this.options.batchSize ?? MOST_IN_BATCH, fitting);
    // Copies, so that an image that is dropped frees its memory while others of its batch are kept.
    ids.forEach((id, index) =>
      this.put(keyOf(layer, id), {
        image: { pixels: pixels.slice(index * size, (index + 1) * size), width, height, channels },
      }),
    );
    for (const { id, reason } of missing) this.put(keyOf(layer, id), { missing: reason });
    for (const id of asked) {
      if (!this.entries.has(keyOf(layer, id))) this.put(keyOf(layer, id), { missing: 'There is no image.' });
    }
    this.dropOldest();
  }

  private put(key: string, entry: ImageEntry): void {
    this.drop(key);
    this.entries.set(key, entry);
    this.usedBytes += bytesOf(entry);
  }

  private drop(key: string): void {
    const entry = this.entries.get(key);
    if (!entry) return;
    this.entries.delete(key);
    this.usedBytes -= bytesOf(entry);
  }

  /** What is wanted stays in any case: dropping it would only ask for it again. */
  private dropOldest(): void {
    for (const key of this.entries.keys()) {
      if (this.usedBytes <= this.capacityBytes) return;
      if (!this.wantedKeys.has(key)) this.drop(key);
    }
  }

  private failed(layer: ImageLayer, message: string): void {
    const attempts = (this.troubles.get(layer)?.attempts ?? 0) + 1;
    const trouble: Trouble = { attempts, message, isPaused: true };
    this.troubles.set(layer, trouble);
    if (attempts >= MAX_ATTEMPTS) return;
    this.delay(FIRST_DELAY_MS * 2 ** (attempts - 1), () => {
      if (this.troubles.get(layer) !== trouble) return; // Somebody has retried meanwhile.
      this.troubles.set(layer, { ...trouble, isPaused: false });
      this.fetchNext();
    });
  }
}

function keyOf(layer: ImageLayer, id: string): string {
  return `${layer}/${id}`;
}

/** Throws TsyndError 'process/protocol' where there are not as many pixels as the sizes say. */
function checkBatch({ ids, pixels, width, height, channels }: ImageBatch): void {
  if (pixels.length === ids.length * width * height * channels) return;
  const found = `${pixels.length} bytes for ${ids.length} images of ${width} x ${height} x ${channels}`;
  throw new TsyndError('process/protocol', `The editor sent ${found}.`);
}

function bytesOf(entry: ImageEntry): number {
  return entry.image?.pixels.length ?? 0;
}
