import type { Graph, Value } from '../engine/graph.ts';
import { floatTensor, sizeOf, type HostTensor } from '../engine/tensor.ts';

/** The size of a program's batch. */
export interface BatchSize {
  readonly batchSize: number;
  /** Height and width in pixels. */
  readonly imageSize: number;
}

/** The input `images` of a program, `[N, C, H, W]` in [0, 1]. */
export function imageInput(graph: Graph, inChannels: number, { batchSize, imageSize }: BatchSize): Value {
  return graph.input('images', [batchSize, inChannels, imageSize, imageSize]);
}

/** Images of a program's batch size, the last ones of it perhaps only there to fill it. */
export interface PaddedImages {
  /** Position of the first image among all. */
  readonly start: number;
  /** How many are real. */
  readonly count: number;
  /** `[batchSize, C, H, W]`, black where there is no image. */
  readonly images: HostTensor;
}

/** Images `[n, C, H, W]` in batches of one size. */
export function* paddedBatches(images: HostTensor, batchSize: number): Generator<PaddedImages> {
  const [n, ...form] = images.shape;
  const perImage = sizeOf(form);
  for (let start = 0; start < n; start += batchSize) {
    const count = Math.min(batchSize, n - start);
    const size = batchSize * perImage;
    // On the reference device numbers are in double precision.
    const pixels = images.data instanceof Float64Array ? new Float64Array(size) : new Float32Array(size);
    pixels.set(images.data.subarray(start * perImage, (start + count) * perImage));
    yield { start, count, images: floatTensor([batchSize, ...form], pixels) };
  }
}
