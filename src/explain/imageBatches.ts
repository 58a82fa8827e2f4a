import type { HostTensor } from '../engine/tensor.ts';
import { paddedBatches, type PaddedImages } from '../tsynd/imageBatch.ts';
import { PREDICTED } from './classActivation.ts';

/** Images of a program's batch size and what is asked of each. */
export interface PaddedBatch extends PaddedImages {
  /** int32 `[batchSize]`, PREDICTED where there is no image. */
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
  for (const batch of paddedBatches(images, batchSize)) {
    const padded = new Int32Array(batchSize).fill(PREDICTED);
    padded.set(targets.subarray(batch.start, batch.start + batch.count));
    yield { ...batch, targets: padded };
  }
}
