import { requireLayer } from '../../explain/classActivation.ts';
import type { RelevanceReport } from '../../protocol/relevance.ts';
import type { ExplainedRun } from '../explain/explainedRun.ts';
import type { RelevanceRequest } from './measureRelevance.ts';
import type { MeasuredImages } from './scoreImages.ts';
import { BOOTSTRAP_SAMPLES, type ImageScores } from './summarizeScores.ts';

/** All of a report that its numbers depend on, and what masks alone would give. */
export function describeMeasuring(
  { run, configs, classifierSha256, autoencoder }: ExplainedRun,
  { split, saliency, adversarial, seed }: Omit<RelevanceRequest, 'seed'> & { readonly seed: number },
  { indices, masks }: MeasuredImages,
  scores: readonly ImageScores[],
): Omit<RelevanceReport, 'measuredAt' | 'saliency' | 'adversarial'> {
  const shares = masks.map(shareOf).filter((share) => share > 0);
  const elsewhere = scores.map((score) => score.massInOtherMasks).filter((mass) => mass !== undefined);
  return {
    run: run.id,
    split,
    images: indices.length,
    masked: shares.length,
    ...(shares.length > 0 && { maskArea: meanOf(shares) }),
    ...(elsewhere.length > 0 && { massInOtherMasks: meanOf(elsewhere) }),
    classifierSha256,
    datasetSha256: run.manifest.dataset.sha256,
    ...(autoencoder && { autoencoder: { run: autoencoder.run.id, sha256: autoencoder.sha256 } }),
    seed,
    bootstrapSamples: BOOTSTRAP_SAMPLES,
    saliencyChoices: {
      ...saliency,
      layer: requireLayer(configs.classifier.architecture, saliency.layer),
    },
    adversarialChoices: adversarial,
  };
}

/** Share of the image that a mask marks; 0 without a mask. */
function shareOf(mask: Uint8Array | undefined): number {
  return mask ? mask.reduce((sum, inside) => sum + inside, 0) / mask.length : 0;
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
