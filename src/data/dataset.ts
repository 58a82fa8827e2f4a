import { TsyndError } from '../protocol/errors.ts';

/** MedMNIST's task types. In `ordinal-regression` the classes are ordered; it is trained and scored as multi-class. */
export type Task = 'binary-class' | 'multi-class' | 'multi-label' | 'ordinal-regression';

export type SplitName = 'train' | 'val' | 'test';

export const SPLIT_NAMES: readonly SplitName[] = ['train', 'val', 'test'];

/** Where an image came from. */
export interface ImageSource {
  /** The split that the image is in. */
  readonly split: SplitName;
  /**
   * Its row in the array of the archive (of `train_images` where the splits were drawn from that), or its position
   * in the split for images that are files.
   */
  readonly index: number;
  /** Path of the image, relative to the dataset's folder, with `/`; absent for archives. */
  readonly file?: string;
}

/**
 * The images and labels of one split. The literal type of `split` is what keeps test images out of training:
 * functions that train take `LabelledImages<'train'>` only.
 */
export interface LabelledImages<S extends SplitName> {
  readonly split: S;
  readonly count: number;
  /** [N, C, H, W], H = W. */
  readonly pixels: PixelArray;
  /** The value of white: 255, 65535 or 1. */
  readonly maxValue: number;
  /** Class index [N]; for multi-label [N, L] of 0 and 1. */
  readonly labels: Int32Array;
  readonly sources: readonly ImageSource[];
}

export type PixelArray = Uint8Array | Uint16Array | Float32Array;

export interface SkippedFile {
  readonly file: string;
  readonly reason: string;
}

export interface Dataset {
  readonly name: string;
  readonly path: string;
  readonly format: 'npz' | 'folder' | 'csv';
  /** Of the archive's bytes; for folders and CSV files of a list of all image files with their own SHA-256. */
  readonly sha256: string;
  readonly task: Task;
  /** [K] names of the classes, for multi-label [L] names of the labels. */
  readonly classNames: readonly string[];
  readonly channels: 1 | 3;
  readonly imageSize: number;
  readonly train: LabelledImages<'train'>;
  readonly val: LabelledImages<'val'>;
  readonly test: LabelledImages<'test'>;
  readonly skippedFiles: readonly SkippedFile[];
  /** `drawn` when at least one of the splits was not given and was drawn from the training images. */
  readonly splitSource: 'given' | 'drawn';
}

/** Options that all dataset readers share. */
export interface OpenDatasetOptions {
  /** Side of the images in pixels; archives keep their own size without it, image files are resized to 28. */
  readonly imageSize?: number;
  /** Leave unreadable image files out and list them in `skippedFiles`, instead of failing. */
  readonly skipUnreadable?: boolean;
  /** Decides how splits are drawn where the dataset has none. */
  readonly seed: number;
  readonly onProgress?: (done: number, total: number) => void;
  readonly signal?: AbortSignal;
}

/** Throws TsyndError 'cancelled' once the signal is aborted. */
export function throwIfCancelled(signal: AbortSignal | undefined, job: string): void {
  if (signal?.aborted) throw new TsyndError('cancelled', `${job} was cancelled.`);
}
