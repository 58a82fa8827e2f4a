/** A class index, or for multi-label data one 0 or 1 a label. */
export type Label = number | readonly (0 | 1)[];

export type Decision = 'accepted' | 'rejected';

/**
 * What a grid needs of all samples of a run, in columns: 20,000 of them cross a boundary in one small message.
 * All columns have one entry a sample, in the order of samples.jsonl.
 */
export interface SampleTable {
  readonly ids: readonly string[];
  readonly labels: readonly Label[];
  readonly predictedLabels: readonly Label[];
  /** Mutual information in nats. */
  readonly miBefore: Float32Array;
  readonly miAfter: Float32Array;
  /** Predictive entropy in nats. */
  readonly entropyBefore: Float32Array;
  readonly entropyAfter: Float32Array;
  /** Euclidean, in latent space. */
  readonly latentDistance: Float32Array;
  /** S, the number of dropout masks; one for the whole run. */
  readonly numMcSamples: number;
}

/** What holds for decided samples, and what undo and redo would do. */
export interface CurationSnapshot {
  /** Samples without a decision are absent. */
  readonly decisions: Readonly<Record<string, Decision>>;
  readonly canUndo: boolean;
  readonly canRedo: boolean;
}

/** What a decision, an undo or a redo has changed; `undefined` where no decision holds any more. */
export interface CurationChange {
  readonly changed: readonly { readonly id: string; readonly decision: Decision | undefined }[];
  readonly canUndo: boolean;
  readonly canRedo: boolean;
}

/** A line of samples.jsonl as data for reading; see src/runs/sampleRecord.ts for what each field means. */
export interface SampleDetails {
  readonly id: string;
  /** All fields as they stand in samples.jsonl. */
  readonly record: Readonly<Record<string, unknown>>;
  /** [K] */
  readonly probsBefore: readonly number[];
  readonly probsAfter: readonly number[];
  readonly source: {
    /** Relative to the dataset's folder; absent for archives. */
    readonly file?: string | undefined;
    /** Absolute path of that file, or of the archive. */
    readonly path: string;
    /** Position in the training split. */
    readonly index: number;
    /** False when the file or archive is gone. */
    readonly exists: boolean;
  };
}
