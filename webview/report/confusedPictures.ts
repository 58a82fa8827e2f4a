import type { ImagePixels } from '../../src/protocol/imageData.ts';
import { smallPicture } from '../shared/imageView/smallPicture.ts';
import { failed, ready, WAITING, type Loadable } from '../shared/loadable.ts';
import type { ByteImage } from '../shared/maps/planarImage.ts';

/** So many are asked for at a time: the first ones show while the others are read. */
const BATCH = 24;

type Fetch = (
  dataset: string,
  indices: readonly number[],
  signal: AbortSignal,
) => Promise<readonly (ImagePixels | null)[]>;

/** The pixels of test images, by dataset and position; what was read once is kept. */
export class ConfusedPictures {
  private readonly fetch: Fetch;
  private readonly onChange: () => void;
  private readonly known = new Map<string, Loadable<ByteImage | null>>();
  private abort = new AbortController();

  constructor(fetch: Fetch, onChange: () => void) {
    this.fetch = fetch;
    this.onChange = onChange;
  }

  /** Null is an image that is gone. */
  get(dataset: string, index: number): Loadable<ByteImage | null> {
    return this.known.get(keyOf(dataset, index)) ?? WAITING;
  }

  /** Reads what is missing of these, and gives up what was asked for before. */
  async show(dataset: string, indices: readonly number[]): Promise<void> {
    this.abort.abort();
    this.abort = new AbortController();
    const { signal } = this.abort;
    const missing = indices.filter((index) => this.get(dataset, index).status !== 'ready');
    for (let start = 0; start < missing.length && !signal.aborted; start += BATCH) {
      await this.read(dataset, missing.slice(start, start + BATCH), signal);
    }
  }

  private async read(dataset: string, indices: readonly number[], signal: AbortSignal): Promise<void> {
    try {
      const read = await this.fetch(dataset, indices, signal);
      indices.forEach((index, place) => {
        const pixels = read.at(place);
        this.known.set(keyOf(dataset, index), ready(pixels ? smallPicture(pixels) : null));
      });
    } catch (error) {
      if (signal.aborted) return;
      for (const index of indices) this.known.set(keyOf(dataset, index), failed(error));
    }
    if (!signal.aborted) this.onChange();
  }
}

function keyOf(dataset: string, index: number): string {
  return `${index} ${dataset}`;
}
