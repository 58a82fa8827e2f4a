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
  const { count, pixels, maxValue, labels } = images;
  return [{ name: 'real', images: { kind: 'training', count, pixels, maxValue, labels, real: count } }];
}
