import type { ComputeApi } from '../protocol/computeApi.ts';
import { CHANGE_THRESHOLD } from '../protocol/explanations.ts';
import {
  ADVERSARIAL_SCORES,
  SALIENCY_SCORES,
  type AdversarialScore,
  type Estimate,
  type RelevanceComparison,
  type RelevanceReport,
  type SaliencyScore,
} from '../protocol/relevance.ts';
import { formatTable } from './formatTable.ts';

type Measured = ComputeApi['explain/relevance']['result'];
type Estimates<S extends string> = Readonly<Partial<Record<S, Estimate>>>;

const SALIENCY_NAMES: Readonly<Record<SaliencyScore, string>> = {
  insertion: 'insertion AUC (more is better)',
  deletion: 'deletion AUC (less is better)',
  road: 'ROAD (more is better)',
  relevanceMass: 'relevance mass in the mask (more is better)',
  relevanceRank: 'relevance rank (more is better)',
  pointingGame: 'pointing game (more is better)',
};

const ADVERSARIAL_NAMES: Readonly<Record<AdversarialScore, string>> = {
  flipped: 'share whose class was given up',
  steps: 'steps until then',
  l2: 'L2 of the change',
  area: `share of pixels changed by ${CHANGE_THRESHOLD} or more`,
  relevanceMass: 'share of the change in the mask (more is better)',
  relevanceRank: 'relevance rank of the change (more is better)',
  pointingGame: 'pointing game of the change (more is better)',
};

/** Below this many images an interval is not taken as evidence: resampling so few says little of others. */
const FEW_IMAGES = 10;

/** What was measured of one run or of two, as lines of text for a terminal. */
export function formatRelevance({ report, comparison }: Measured): string[] {
  return [
    describeImages(report, comparison),
    describeSaliency(report),
    ...formatScores(
      SALIENCY_SCORES,
      SALIENCY_NAMES,
      report.saliency,
      comparison && { second: comparison.second.saliency, difference: comparison.saliency },
    ),
    ...describeChance(report, comparison),
    describeAdversarial(report, comparison),
    ...(report.autoencoder
      ? formatScores(
          ADVERSARIAL_SCORES,
          ADVERSARIAL_NAMES,
          report.adversarial,
          comparison && { second: comparison.second.adversarial, difference: comparison.adversarial },
        )
      : []),
    describeCaveats(report, comparison),
  ];
}

function describeImages(
  { run, split, images, masked }: RelevanceReport,
  comparison: RelevanceComparison | undefined,
): string {
  const runs = comparison ? `${run} (A) and ${comparison.second.run} (B)` : run;
  return `${runs} on ${images} ${split} images, ${masked === 0 ? 'none' : masked} with a mask`;
}

/** What relevance mass is to be compared with. */
function describeChance(report: RelevanceReport, comparison: RelevanceComparison | undefined): string[] {
  const { maskArea } = report;
  if (maskArea === undefined) return [];
  const reports = comparison ? [comparison.first, comparison.second] : [report];
  const elsewhere = reports.flatMap(({ massInOtherMasks }) => massInOtherMasks ?? []).map(decimals);
  const place =
    elsewhere.length === 0 ? '' : `; of these maps in the masks of other images: ${elsewhere.join(' and ')}`;
  return [`  Relevance mass of a map that says nothing: ${decimals(maskArea)}${place}`];
}

function describeSaliency({ saliencyChoices }: RelevanceReport): string {
  const { method, sign, layer, target } = saliencyChoices;
  return `Saliency: ${method}, ${sign} sign, ${layer}, ${targetName(target)}`;
}

function describeAdversarial(report: RelevanceReport, comparison: RelevanceComparison | undefined): string {
  const { autoencoder, adversarialChoices } = report;
  if (!autoencoder) return 'Adversarial changes: not measured, as no run of these images has an autoencoder.';
  const { steps, learningRate, target } = adversarialChoices;
  const reports = comparison ? [comparison.first, comparison.second] : [report];
  const early = reports.map(flippedByReconstruction);
  const already =
    Math.max(...early) === 0
      ? ''
      : `; ${early.join(' and ')} reconstructions were predicted otherwise already, and have no size`;
  return (
    `Adversarial changes: at most ${steps} steps of ${learningRate} in the latents of ${autoencoder.run}, ` +
    `${targetName(target)}${already}`
  );
}

/** All that flipped have a size, but for those that needed no step. */
function flippedByReconstruction({ adversarial: { flipped, steps } }: RelevanceReport): number {
  return flipped ? Math.round(flipped.mean * flipped.images) - (steps?.images ?? 0) : 0;
}

function targetName(target: string | number): string {
  return typeof target === 'number' ? `class ${target}` : `${target} class`;
}

function describeCaveats(report: RelevanceReport, comparison: RelevanceComparison | undefined): string {
  const { bootstrapSamples, seed, split } = report;
  const test = split === 'test' ? ' Test images must not guide any choice.' : '';
  const pairs = comparison
    ? ' B - A is over the images with that score in both. Of twenty differences that are none, one is shown by chance.'
    : '';
  return (
    `In brackets 95 % bootstrap intervals over the images (${bootstrapSamples} resamples, seed ${seed}), n: images ` +
    `with that score. They tell nothing about other trainings of the same settings.${pairs}${test}`
  );
}

/** The second run's scores, and how they differ from the first one's. */
interface Other<S extends string> {
  readonly second: Estimates<S>;
  readonly difference: Estimates<S>;
}

function formatScores<S extends string>(
  scores: readonly S[],
  names: Readonly<Record<S, string>>,
  first: Estimates<S>,
  other: Other<S> | undefined,
): string[] {
  const measured = scores.filter((score) => first[score] ?? other?.second[score]);
  if (measured.length === 0) return [];
  if (!other) {
    const rows = measured.map((score) => [names[score], ...formatEstimate(first[score])]);
    return formatTable([['', 'mean', '', 'n'], ...rows]);
  }
  const rows = measured.map((score) => {
    const means = [first[score], other.second[score]].map((estimate) =>
      estimate ? decimals(estimate.mean) : '-',
    );
    const difference = other.difference[score];
    return [names[score], ...means, ...formatEstimate(difference), judge(difference)];
  });
  return formatTable([['', 'A', 'B', 'B - A', '', 'n', ''], ...rows]);
}

function formatEstimate(estimate: Estimate | undefined): string[] {
  if (!estimate) return ['-', '', '0'];
  const { mean, low, high, images } = estimate;
  return [decimals(mean), `[${decimals(low)}, ${decimals(high)}]`, String(images)];
}

/** What a difference shows, in words. */
function judge(difference: Estimate | undefined): string {
  if (!difference || difference.images < FEW_IMAGES) return 'too few images to tell';
  if (difference.low > 0) return 'higher in B';
  return difference.high < 0 ? 'lower in B' : 'no difference that these images show';
}

/** Three decimals, and no minus before a zero. */
function decimals(value: number): string {
  return value.toFixed(3).replace(/^-(0\.0+)$/, '$1');
}
