import { deriveKey, randomKey, type RandomKey } from '../../engine/random.ts';
import { bootstrapMean } from '../../evaluation/bootstrap.ts';
import {
  ADVERSARIAL_SCORES,
  SALIENCY_SCORES,
  type AdversarialEstimates,
  type AdversarialScore,
  type Estimate,
  type SaliencyEstimates,
  type SaliencyScore,
} from '../../protocol/relevance.ts';

/** Of one image; what it has no score in is absent. */
export interface ImageScores {
  readonly saliency: Readonly<Partial<Record<SaliencyScore, number>>>;
  readonly adversarial: Readonly<Partial<Record<AdversarialScore, number>>>;
  /** Share of the saliency map inside the masks of the other images, where this one has a mask, too. */
  readonly massInOtherMasks?: number | undefined;
}

export interface ScoreEstimates {
  readonly saliency: SaliencyEstimates;
  readonly adversarial: AdversarialEstimates;
}

export const BOOTSTRAP_SAMPLES = 2000;

/** Means over the images that have a score, with their intervals. */
export function summarizeScores(
  images: readonly Pick<ImageScores, 'saliency' | 'adversarial'>[],
  seed: number,
): ScoreEstimates {
  const [saliency, adversarial] = [
    images.map((image) => image.saliency),
    images.map((image) => image.adversarial),
  ];
  return {
    saliency: estimateEach(SALIENCY_SCORES, saliency, deriveKey(randomKey(seed), 'saliency')),
    adversarial: estimateEach(ADVERSARIAL_SCORES, adversarial, deriveKey(randomKey(seed), 'adversarial')),
  };
}

/** Mean differences, second minus first, over the images that have a score in both, with paired intervals. */
export function compareScores(
  first: readonly ImageScores[],
  second: readonly ImageScores[],
  seed: number,
): ScoreEstimates {
  const differences = first.map(({ saliency, adversarial }, index) => ({
    saliency: subtractEach(SALIENCY_SCORES, second[index].saliency, saliency),
    adversarial: subtractEach(ADVERSARIAL_SCORES, second[index].adversarial, adversarial),
  }));
  return summarizeScores(differences, seed);
}

type Scores<S extends string> = Readonly<Partial<Record<S, number>>>;

function subtractEach<S extends string>(names: readonly S[], from: Scores<S>, what: Scores<S>): Scores<S> {
  const differences: Partial<Record<S, number>> = {};
  for (const name of names) {
    const [minuend, subtrahend] = [from[name], what[name]];
    if (minuend !== undefined && subtrahend !== undefined) differences[name] = minuend - subtrahend;
  }
  return differences;
}

function estimateEach<S extends string>(
  names: readonly S[],
  images: readonly Scores<S>[],
  key: RandomKey,
): Readonly<Partial<Record<S, Estimate>>> {
  const estimates: Partial<Record<S, Estimate>> = {};
  for (const name of names) {
    const values = images.map((scores) => scores[name]).filter((value) => value !== undefined);
    const estimate = bootstrapMean(values, {
      key: deriveKey(key, 'bootstrap', name),
      samples: BOOTSTRAP_SAMPLES,
    });
    if (!estimate) continue;
    const { mean, low, high, count } = estimate;
    estimates[name] = { mean, low, high, images: count };
  }
  return estimates;
}
