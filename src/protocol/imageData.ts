/** One image of a person's data, wherever it lies. */
export type ImageRef =
  /** An image file, by its absolute path. */
  | { readonly kind: 'file'; readonly path: string }
  /** The training image that a run's sample was derived from; also in archives, where it is no file. */
  | { readonly kind: 'source'; readonly run: string; readonly sampleId: string }
  /** The synthetic image of a run's sample. */
  | { readonly kind: 'synthetic'; readonly run: string; readonly sampleId: string }
  /** An image of the dataset that a run was made from, by its position in a split. */
  | {
      readonly kind: 'dataset';
      readonly run: string;
      readonly split: 'train' | 'val' | 'test';
      readonly index: number;
    }
  /** An image that was scored; `folder` holds its scores. Its dataset may be another one than the run's. */
  | { readonly kind: 'scored'; readonly folder: string; readonly id: string };

/** Equally large 8-bit images in one piece, so that they cross a boundary as one buffer. */
export interface ImageBatch {
  /** In the order of `pixels`. */
  readonly ids: readonly string[];
  /** [N, H, W, C] (interleaved, as a canvas wants them), 8 bits. */
  readonly pixels: Uint8Array;
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
  /** Of the ids that were asked for, those whose image cannot be had, and why, in one sentence. */
  readonly missing: readonly { readonly id: string; readonly reason: string }[];
}

/** One image at its own size and depth, to look at closely. */
export interface ImagePixels {
  /** [H, W, C], values as stored, before any windowing. */
  readonly pixels: Uint8Array | Uint16Array;
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
  readonly bitDepth: 8 | 16;
  /** e.g. `png`, `jpeg`, `tiff`, `npz`. */
  readonly format: string;
  /** Of the file; absent for rows of archives. */
  readonly sizeBytes?: number | undefined;
}
