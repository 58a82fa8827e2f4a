/** A dataset as a run and a summary name it. */
export interface DatasetDescription {
  readonly name: string;
  /** Absolute. */
  readonly path: string;
  readonly format: 'npz' | 'folder' | 'csv';
  readonly task: string;
  readonly classNames: readonly string[];
  readonly channels: 1 | 3;
  /** Side in pixels. */
  readonly imageSize: number;
}

/** What a person is told about a dataset before hours are spent on it. */
export interface DatasetSummary extends DatasetDescription {
  /** Bits of a stored sample; 32 for floats. */
  readonly bitDepth: 8 | 16 | 32;
  readonly splitSource: 'given' | 'drawn';
  readonly splits: readonly {
    readonly split: 'train' | 'val' | 'test';
    readonly count: number;
    /** Images of each class; for multi-label, positives of each label. */
    readonly classCounts: readonly number[];
    /** Accuracy of always answering the most common class; for multi-label, the mean over labels. */
    readonly majorityRate: number;
  }[];
  readonly duplicates: {
    readonly groups: number;
    /** Images that could be removed without losing a picture. */
    readonly surplusCopies: number;
    /** For each pair of splits that share pictures: how many images of the second are also in the first. */
    readonly crossSplit: readonly { readonly splits: readonly [string, string]; readonly images: number }[];
  };
  /** Files that cannot be read, and why. */
  readonly skippedFiles: readonly { readonly file: string; readonly reason: string }[];
}
