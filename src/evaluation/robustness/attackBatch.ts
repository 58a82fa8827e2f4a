import { batchesOf, gatherImages, gatherLabels } from '../../data/batch.ts';
import type { LabelledImages } from '../../data/dataset.ts';
import type { HostTensor } from '../../engine/tensor.ts';

/** Test images of a program's batch size. */
export interface AttackBatch {
  /** Positions in the split of the images that count: the first ones of the batch. */
  readonly positions: Int32Array;
  /** `[B, C, H, W]` in [0, 1]; the last image again and again where there are fewer than the batch takes. */
  readonly images: HostTensor;
  /** int32 `[B]`, or float32 `[B, L]` of 0 and 1 for multi-label data. */
  readonly labels: HostTensor;
}

/** The test images at `positions`, in batches of one size. */
export function* attackBatches(
  test: LabelledImages<'test'>,
  positions: Int32Array,
  batchSize: number,
): Generator<AttackBatch> {
  for (const piece of batchesOf(positions, batchSize)) {
    const filled = Int32Array.from({ length: batchSize }, (_, row) => piece[Math.min(row, piece.length - 1)]);
    yield { positions: piece, images: gatherImages(test, filled), labels: gatherLabels(test, filled) };
  }
}
