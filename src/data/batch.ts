import { deriveKey, permutation, type RandomKey } from '../engine/random.ts';
import type { HostTensor } from '../engine/tensor.ts';
import type { LabelledImages, SplitName } from './dataset.ts';

/** What batches are gathered from: a split, or images to train on. */
export interface BatchImages extends Pick<
  LabelledImages<SplitName>,
  'count' | 'pixels' | 'maxValue' | 'labels'
> {
  readonly split?: SplitName;
}

/** [C, H, W] of the images of a split. Throws RangeError for an empty split. */
export function imageShape(images: BatchImages): readonly [1 | 3, number, number] {
  const size = images.pixels.length / images.count;
  // Images are square with one or three channels, and no square number is three times another.
  const side = Math.round(Math.sqrt(size));
  if (side > 0 && side * side === size) return [1, side, side];
  const colourSide = Math.round(Math.sqrt(size / 3));
  if (colourSide > 0 && 3 * colourSide * colourSide === size) return [3, colourSide, colourSide];
  throw new RangeError(`imageShape: ${images.pixels.length} values are not ${images.count} square images.`);
}

/** Number of labels of an image: 1 class index, or L values of 0 and 1 for multi-label. */
export function labelWidth(images: BatchImages): number {
  return images.labels.length / images.count;
}

/** The label of the image at a position: a class index, or for multi-label one 0 or 1 a label. */
export function labelAt(images: BatchImages, position: number): number | (0 | 1)[] {
  const width = labelWidth(images);
  const row = images.labels.subarray(position * width, (position + 1) * width);
  return width === 1 ? row[0] : Array.from(row, (value) => (value > 0 ? 1 : 0));
}

/** The images at `indices` as float32 [N, C, H, W] in [0, 1]. Throws RangeError for an index outside the split. */
export function gatherImages(images: BatchImages, indices: ArrayLike<number>): HostTensor {
  const shape = [indices.length, ...imageShape(images)];
  const size = images.pixels.length / images.count;
  const data = new Float32Array(indices.length * size);
  for (let n = 0; n < indices.length; n++) {
    const start = checkedIndex(images, indices[n]) * size;
    for (let i = 0; i < size; i++) data[n * size + i] = images.pixels[start + i] / images.maxValue;
  }
  return { dtype: 'float32', shape, data };
}

/**
 * The labels at `indices`: int32 [N] class indices, or for multi-label float32 [N, L] of 0 and 1.
 * Throws RangeError for an index outside the split.
 */
export function gatherLabels(images: BatchImages, indices: ArrayLike<number>): HostTensor {
  const width = labelWidth(images);
  const data = gatherRows(
    images.labels,
    width,
    Array.from(indices, (index) => checkedIndex(images, index)),
  );
  if (width === 1) return { dtype: 'int32', shape: [indices.length], data };
  return { dtype: 'float32', shape: [indices.length, width], data: Float32Array.from(data) };
}

/** The images at `indices` as a smaller split, which keeps where each came from. */
export function selectImages<S extends SplitName>(
  images: LabelledImages<S>,
  indices: ArrayLike<number>,
): LabelledImages<S> {
  const chosen = Array.from(indices, (index) => checkedIndex(images, index));
  return {
    split: images.split,
    count: chosen.length,
    pixels: gatherRows(images.pixels, images.pixels.length / images.count, chosen),
    maxValue: images.maxValue,
    labels: gatherRows(images.labels, labelWidth(images), chosen),
    sources: chosen.map((index) => images.sources[index]),
  };
}

/** The order in which an epoch visits `count` images. */
export function epochOrder(key: RandomKey, epoch: number, count: number): Int32Array {
  return permutation(deriveKey(key, 'epoch', epoch), count);
}

/** Consecutive pieces of `order` of `batchSize`; the last one is shorter unless `dropLast` leaves it out. */
export function* batchesOf(
  order: Int32Array,
  batchSize: number,
  options: { readonly dropLast?: boolean } = {},
): Generator<Int32Array> {
  if (!Number.isInteger(batchSize) || batchSize < 1) {
    throw new RangeError(`batchesOf: the batch size must be a whole number of at least 1, not ${batchSize}.`);
  }
  for (let start = 0; start < order.length; start += batchSize) {
    const batch = order.subarray(start, start + batchSize);
    if (batch.length < batchSize && options.dropLast) return;
    yield batch;
  }
}

type RowArray = Uint8Array | Uint16Array | Float32Array | Int32Array;

/** The rows of `width` values at `indices`, in a new array of the same type. */
export function gatherRows<T extends RowArray>(values: T, width: number, indices: ArrayLike<number>): T {
  const rows = emptyLike(values, indices.length * width);
  for (let n = 0; n < indices.length; n++) {
    rows.set(values.subarray(indices[n] * width, (indices[n] + 1) * width), n * width);
  }
  return rows;
}

/** An array of zeros of the same type. */
export function emptyLike<T extends RowArray>(values: T, length: number): T {
  const constructor = values.constructor as new (length: number) => T;
  return new constructor(length);
}

function checkedIndex({ count, split }: BatchImages, index: number): number {
  if (!Number.isInteger(index) || index < 0 || index >= count) {
    const owner = split === undefined ? '' : ` of the ${split} split`;
    throw new RangeError(`Image ${index} is outside the ${count} images${owner}.`);
  }
  return index;
}
