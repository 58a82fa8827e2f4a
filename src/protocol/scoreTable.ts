import type { Notice } from './runSummary.ts';
import type { Label } from './sampleTable.ts';

export const SCORED_SPLITS = ['train', 'val', 'test'] as const;
export type ScoredSplit = (typeof SCORED_SPLITS)[number];

/** A folder of scores: a run's classifier about every image of a dataset. */
export interface ScoresSummary {
  /** Absolute path of the folder that holds scores.json and scores.jsonl; what identifies it. */
  readonly folder: string;
  /** Absolute path of the run's folder. */
  readonly run: string;
  readonly runId: string;
  readonly scoredAt: string;
  readonly dataset: {
    readonly path: string;
    readonly name: string;
    readonly sha256: string;
    readonly classNames: readonly string[];
    readonly imageSize: number;
    readonly channels: 1 | 3;
  };
  readonly splits: readonly ScoredSplit[];
  readonly images: number;
  /** S, and the seed of the masks. */
  readonly numMcSamples: number;
  readonly maskSeed: number;
  readonly classifierSha256: string;
}

/** What a grid needs of all scored images, in columns with one entry an image, in the order of scores.jsonl. */
export interface ScoreTable {
  /** `<split>-<position in the split>`; safe as a file name. */
  readonly ids: readonly string[];
  readonly labels: readonly Label[];
  readonly predictedLabels: readonly Label[];
  /** Positions in SCORED_SPLITS. */
  readonly splits: Uint8Array;
  /** Nats, over the run's dropout masks. */
  readonly mi: Float32Array;
  readonly entropy: Float32Array;
  /** Cross-entropy of the given label without dropout, in nats; for multi-label the sum over labels. */
  readonly loss: Float32Array;
  /** Number of the group of images with the same pixels; -1 for those without a copy. */
  readonly duplicates: Int32Array;
  readonly numMcSamples: number;
}

/** All of one scored image. */
export interface ScoreDetails {
  readonly id: string;
  /** All fields as they stand in scores.jsonl. */
  readonly record: Readonly<Record<string, unknown>>;
  /** [K] mean over the masks. */
  readonly probs: readonly number[];
  /** Ids of the images with the same pixels. */
  readonly copies: readonly string[];
  readonly source: {
    /** Relative to the dataset's folder; absent for archives. */
    readonly file?: string | undefined;
    /** Absolute path of that file, or of the archive. */
    readonly path: string;
    readonly split: ScoredSplit;
    /** Position in its split. */
    readonly index: number;
    readonly exists: boolean;
  };
}

export interface ScoresRead {
  readonly summary: ScoresSummary;
  readonly table: ScoreTable;
  readonly notices: readonly Notice[];
}
