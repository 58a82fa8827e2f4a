import type { QualityReport } from './quality.ts';
import type { Architecture, FilterSettings, Head, Method, Mix, Precision, Recipe } from './settings.ts';
import type { TestCondition } from './testConditions.ts';

/** Scores that are compared; of `loss` and `calibrationError` less is better. */
export const REPORTED_METRICS = [
  'accuracy',
  'balancedAccuracy',
  'auroc',
  'calibrationError',
  'loss',
] as const;
export type ReportedMetric = (typeof REPORTED_METRICS)[number];

/**
 * What may be said of a difference to the first arm: `better` and `worse` only where the 95 % interval leaves zero out,
 * `unclear` where it does not, `untested` with fewer than two common seeds.
 */
export type Verdict = 'better' | 'worse' | 'unclear' | 'untested';

export interface MetricSummary {
  /** One a seed, in the order of the row's finished cells; null where it is undefined. */
  readonly values: readonly (number | null)[];
  /** Over the defined values; null where there is none. */
  readonly mean: number | null;
  /** Sample standard deviation over seeds; null with fewer than two. */
  readonly deviation: number | null;
  /** To the first arm of the same dataset, fraction and architecture, over common seeds; absent for that arm. */
  readonly difference?: PairedDifference | undefined;
}

/**
 * Mean of the differences of pairs with one seed, with 95 % percentile bootstrap intervals. Resampling two or three
 * seeds gives intervals that are too narrow, and says nothing of other test images; so the verdict is taken from the
 * one over both.
 */
export interface PairedDifference {
  readonly mean: number;
  /** Over seeds. */
  readonly seeds: Interval;
  /**
   * Over seeds and test images, which the verdict is taken from. Null without predictions, and of large test sets under
   * conditions that the headline has not.
   */
  readonly seedsAndImages: Interval | null;
  readonly pairs: number;
  /** Of seeds and images; fewer for large test sets. */
  readonly resamples: number;
  readonly verdict: Verdict;
}

export interface Interval {
  readonly low: number;
  readonly high: number;
}

export interface ConditionSummary {
  readonly key: string;
  readonly condition: TestCondition;
  readonly metrics: Readonly<Record<ReportedMetric, MetricSummary>>;
  /** Seeds whose classifier predicts the same class for every image; empty for multi-label data. */
  readonly oneClassSeeds: readonly number[];
}

export interface LearningCurve {
  readonly seed: number;
  /** The epoch whose classifier was kept. */
  readonly bestEpoch: number | null;
  readonly points: readonly {
    readonly epoch: number;
    readonly trainLoss: number | null;
    readonly valLoss: number | null;
    readonly valAuroc: number | null;
  }[];
}

export const MAX_CONFUSED_IMAGES = 200;

export interface ConfusionCell {
  /** Class of the image, and class that was predicted. */
  readonly truth: number;
  readonly predicted: number;
  /** Over all seeds. */
  readonly count: number;
  /** The test images behind it, those that most seeds agree on first; at most `MAX_CONFUSED_IMAGES`. */
  readonly images: readonly ConfusedImage[];
}

export interface ConfusedImage {
  /** Position in the test split. */
  readonly index: number;
  /** As the dataset names it, for images that are files. */
  readonly file?: string | undefined;
  readonly seeds: readonly number[];
}

/** What tells an arm from the others, as the experiment's file says it. */
export interface ArmSetup {
  readonly method: Method;
  readonly mix: Mix;
  /** The pool's name in the file. */
  readonly pool: string | null;
  readonly filter: FilterSettings['kind'] | null;
  /** Synthetic images for each real one; null for all of the pool. */
  readonly ratio: number | null;
  readonly head: Head;
  readonly recipe: Recipe;
  readonly dropout: number;
  /** Name of the file or run that the weights start from. */
  readonly pretrained: string | null;
  readonly validation: 'full' | 'fraction';
  /** Images that its autoencoder sees; null for methods without one. */
  readonly autoencoderData: 'all' | 'subset' | null;
  /** Of training, generation and testing without attacks' gradients; `float32` when absent. */
  readonly precision?: Precision;
}

/** One dataset x fraction x architecture x arm, over its seeds. */
export interface ReportRow {
  readonly dataset: string;
  readonly fraction: number;
  readonly architecture: Architecture;
  readonly arm: string;
  readonly setup: ArmSetup;
  readonly isReference: boolean;
  readonly cells: readonly ReportCell[];
  /** Empty as long as no cell is finished. */
  readonly conditions: readonly ConditionSummary[];
  readonly curves: readonly LearningCurve[];
  /** Of clean test images; empty for multi-label data, which has one matrix a label. */
  readonly confusion: readonly ConfusionCell[];
  /** Images of its training set, of each kind; null where that is not known yet. Those made online are not counted. */
  readonly trainedOn: { readonly real: number; readonly synthetic: number } | null;
}

export interface ReportCell {
  readonly id: string;
  readonly seed: number;
  readonly status: 'finished' | 'begun' | 'failed' | 'missing';
  /** Why it failed. */
  readonly error?: string | undefined;
  /** The cell's run, relative to the experiment's folder. */
  readonly folder: string;
  readonly seconds: number;
}

export interface ReportDataset {
  readonly name: string;
  readonly sha256: string;
  readonly task: string;
  readonly classNames: readonly string[];
  readonly imageSize: number;
  readonly counts: { readonly train: number; readonly val: number; readonly test: number };
  /** Of the test images: what an accuracy must beat. */
  readonly majorityRate: number;
  readonly majorityClass: string;
}

/** The paper's second table: mutual information against entropy, the only difference between the two arms. */
export interface EntropyComparison {
  readonly dataset: string;
  readonly fraction: number;
  readonly architecture: Architecture;
  /** Arms by name. */
  readonly entropy: string;
  readonly mi: string;
  /** Of AUC on clean test images, `mi` less `entropy`; null without common seeds. */
  readonly difference: PairedDifference | null;
}

/** All that is known of an experiment; every table, page and file is made of this alone. */
export interface Report {
  readonly title: string;
  readonly description?: string | undefined;
  readonly createdAt: string;
  readonly reportedAt: string;
  readonly versions: { readonly tsynd: string; readonly node: string; readonly onnxruntime: string };
  readonly device: string;
  readonly seeds: readonly number[];
  /** Spent in all cells, and in what they share. */
  readonly hours: number;
  /** The experiment's file as it was written. */
  readonly yaml: string;
  readonly datasets: readonly ReportDataset[];
  readonly conditions: readonly { readonly key: string; readonly condition: TestCondition }[];
  /** Keys of the conditions of the table of three, the first being `clean`. */
  readonly headline: readonly string[];
  readonly rows: readonly ReportRow[];
  /** Empty unless both methods are in the grid. */
  readonly entropy: readonly EntropyComparison[];
  readonly quality: readonly QualityReport[];
  /** Sentences that a reader must know: degenerate accuracies, masked gradients, few seeds, unfinished cells. */
  readonly warnings: readonly string[];
}
