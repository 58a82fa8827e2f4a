import { gatherRows, labelWidth } from './batch.ts';
import type { LabelledImages, PixelArray, Task } from './dataset.ts';

/**
 * Synthetic images with the labels that they were made for. Not a `LabelledImages`, and without a split: nothing that
 * validates or tests takes them.
 */
export interface SyntheticImages {
  readonly kind: 'synthetic';
  readonly count: number;
  /** [N, C, H, W], H = W, of the dataset's channels and size. */
  readonly pixels: PixelArray;
  /** The value of white: 255, 65535 or 1. */
  readonly maxValue: number;
  /** Class index [N]; for multi-label [N, L] of 0 and 1. */
  readonly labels: Int32Array;
  /** Where each came from: a sample's id, or a path or row in its pool. */
  readonly origins: readonly string[];
  /** Position in the dataset's training images of the image that each was derived from, where that is known. */
  readonly parents?: readonly (number | undefined)[];
  readonly task: Task;
}

/** What training reads of images: real or synthetic, or both, but never those of another split. */
export interface TrainingImages {
  readonly kind: 'training';
  readonly count: number;
  readonly pixels: PixelArray;
  readonly maxValue: number;
  readonly labels: Int32Array;
  /** How many are real; they come first. */
  readonly real: number;
}

/** One part of the training: all epochs on these images. A fine-tuned classifier has two. */
export interface TrainingPhase {
  readonly name: 'real' | 'synthetic' | 'real-and-synthetic';
  readonly images: TrainingImages;
}

/** In order. */
export type TrainingSet = readonly [TrainingPhase, ...TrainingPhase[]];

/** Real training images alone. */
export function realTrainingSet(images: LabelledImages<'train'>): TrainingSet {
  return [{ name: 'real', images: realTraining(images) }];
}

export function realTraining({ count, pixels, maxValue, labels }: LabelledImages<'train'>): TrainingImages {
  return { kind: 'training', count, pixels, maxValue, labels, real: count };
}

export function syntheticTraining({ count, pixels, maxValue, labels }: SyntheticImages): TrainingImages {
  return { kind: 'training', count, pixels, maxValue, labels, real: 0 };
}

/**
 * Real images, then synthetic ones, in one range of values: 8 bits where both have them, 16 bits where one has, floats
 * where one has. A real image's values in [0, 1] stay what they were to the last bit: k / 255 is 257 k / 65535.
 */
export function mixedTraining(real: LabelledImages<'train'>, synthetic: SyntheticImages): TrainingImages {
  const maxValue =
    Math.min(real.maxValue, synthetic.maxValue) === 1 ? 1 : Math.max(real.maxValue, synthetic.maxValue);
  const length = real.pixels.length + synthetic.pixels.length;
  const pixels = emptyPixels(maxValue, length);
  pixels.set(inRange(real, maxValue));
  pixels.set(inRange(synthetic, maxValue), real.pixels.length);
  return {
    kind: 'training',
    count: real.count + synthetic.count,
    pixels,
    maxValue,
    labels: Int32Array.from([...real.labels, ...synthetic.labels]),
    real: real.count,
  };
}

/** The synthetic images at `indices`, in that order. */
export function selectSynthetic(images: SyntheticImages, indices: readonly number[]): SyntheticImages {
  const { count, pixels, labels, origins, parents } = images;
  return {
    ...images,
    count: indices.length,
    pixels: gatherRows(pixels, pixels.length / count, indices),
    labels: gatherRows(labels, labelWidth(images), indices),
    origins: indices.map((index) => origins[index]),
    ...(parents && { parents: indices.map((index) => parents[index]) }),
  };
}

function emptyPixels(maxValue: number, length: number): PixelArray {
  if (maxValue === 1) return new Float32Array(length);
  return maxValue === 255 ? new Uint8Array(length) : new Uint16Array(length);
}

function inRange(
  { pixels, maxValue }: Pick<TrainingImages, 'pixels' | 'maxValue'>,
  wanted: number,
): ArrayLike<number> {
  if (maxValue === wanted) return pixels;
  // Whole numbers times 257 are whole; single-precision quotients are what a batch would make of them, too.
  return Float64Array.from(pixels, (value) =>
    wanted === 1 ? value / maxValue : (value * wanted) / maxValue,
  );
}
