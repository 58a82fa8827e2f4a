import { floatTensor, sizeOf, type HostTensor } from '../engine/tensor.ts';
import { PREDICTED } from './classActivation.ts';

/** Images of a program's batch size, the last ones of it perhaps only there to fill it. */
export interface PaddedBatch {
  /** Position of the first image among all. */
  readonly start: number;
  /** How many are real. */
  readonly count: number;
  /** `[batchSize, C, H, W]`, black where there is no image. */
  readonly images: HostTensor;
  /** int32 `[batchSize]` */
  readonly targets: Int32Array;
}

/**
 * Images `[n, C, H, W]` and their targets in batches of one size. Throws RangeError when there are not as many targets
 * as images.
 */
export function* imageBatches(
  images: HostTensor,
  targets: Int32Array,
  batchSize: number,
): Generator<PaddedBatch> {
  const [n] = images.shape;
  if (targets.length !== n) throw new RangeError(`${n} images have ${targets.length} targets.`);
  const perImage = sizeOf(images.shape.slice(1));
  for (let start = 0; start < n; start += batchSize) {
    const count = Math.min(batchSize, n - start);
    const rows = images.data.subarray(start * perImage, (start + count) * perImage);
    const size = batchSize * perImage;
    // On the reference device numbers are in double precision.
    const pixels = images.data instanceof Float64Array ? new Float64Array(size) : new Float32Array(size);
    pixels.set(rows);
    const padded = new Int32Array(batchSize).fill(PREDICTED);
    padded.set(targets.subarray(start, start + count));
    yield {
      start,
      count,
      images: floatTensor([batchSize, ...images.shape.slice(1)], pixels),
      targets: padded,
    };
  }
}
