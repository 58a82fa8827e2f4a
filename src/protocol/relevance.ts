import type { AdversarialChoices, SaliencyChoices } from './explanations.ts';
import type { ScoredSplit } from './scoreTable.ts';

/**
 * How relevant what a map marks is, without looking at it. Formulas and sources: src/explain/relevance.
 *
 * - `insertion`, `deletion`: area under the class probability while pixels, most relevant first, are put into a blurred
 *   image or blackened; more, and less, is better.
 * - `road`: (LeRF - MoRF) / 2 of remove and debias with noisy linear imputation; more is better.
 * - `relevanceMass`, `relevanceRank`, `pointingGame`: share of the map inside a mask; more is better.
 */
export const SALIENCY_SCORES = [
  'insertion',
  'deletion',
  'road',
  'relevanceMass',
  'relevanceRank',
  'pointingGame',
] as const;

/**
 * - `flipped`: share of the images whose class was given up within the steps. Those whose plain reconstruction is
 *   predicted otherwise already count as flipped.
 * - `steps`, `l2`, `area`: what that took (see AdversarialChange), over the images that a step flipped. A reconstruction
 *   that is predicted otherwise already needed no change, and has no share in these three: it would make a classifier
 *   look easier to turn than the search found it. Images that kept their class have none either.
 * - `relevanceMass`, `relevanceRank`, `pointingGame`: of the absolute difference, where there is one.
 */
export const ADVERSARIAL_SCORES = [
  'flipped',
  'steps',
  'l2',
  'area',
  'relevanceMass',
  'relevanceRank',
  'pointingGame',
] as const;

export type SaliencyScore = (typeof SALIENCY_SCORES)[number];
export type AdversarialScore = (typeof ADVERSARIAL_SCORES)[number];

/** A mean over images with its 95 % bootstrap interval. */
export interface Estimate {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
  /** Images that it is the mean of; those without a mask have no share in scores that need one. */
  readonly images: number;
}

/** Scores that no image has are absent. */
export type SaliencyEstimates = Readonly<Partial<Record<SaliencyScore, Estimate>>>;
export type AdversarialEstimates = Readonly<Partial<Record<AdversarialScore, Estimate>>>;

/** What was measured of one run, with all that it depends on. */
export interface RelevanceReport {
  /** The run's id. */
  readonly run: string;
  /** ISO 8601. */
  readonly measuredAt: string;
  readonly split: ScoredSplit;
  readonly images: number;
  /** Images with a mask that marks something. */
  readonly masked: number;
  /** Mean share of those images inside the mask: what a map without any knowledge scores as its mass. */
  readonly maskArea?: number | undefined;
  /**
   * Mean share of their saliency maps inside the masks of the other images: what a map scores as its mass that only
   * knows where in an image lesions tend to lie.
   */
  readonly massInOtherMasks?: number | undefined;
  readonly classifierSha256: string;
  readonly datasetSha256: string;
  /**
   * Through whose latents the changes were searched for. A baseline may have to borrow it from another run, and runs
   * that are compared share it. Absent where there was none, and with it all adversarial scores.
   */
  readonly autoencoder?: { readonly run: string; readonly sha256: string } | undefined;
  /** Of the noise of imputation and of the bootstrap. */
  readonly seed: number;
  readonly bootstrapSamples: number;
  readonly saliencyChoices: SaliencyChoices;
  readonly adversarialChoices: AdversarialChoices;
  readonly saliency: SaliencyEstimates;
  readonly adversarial: AdversarialEstimates;
  /** The run that was measured on the same images at the same time, and this run's scores minus that one's. */
  readonly against?:
    | {
        readonly run: string;
        readonly saliency: SaliencyEstimates;
        readonly adversarial: AdversarialEstimates;
      }
    | undefined;
}

/** Two runs on the same images: the differences, second minus first, with paired bootstrap intervals. */
export interface RelevanceComparison {
  readonly first: RelevanceReport;
  readonly second: RelevanceReport;
  readonly saliency: SaliencyEstimates;
  readonly adversarial: AdversarialEstimates;
}
