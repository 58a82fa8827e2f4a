import { layerPlace, METHOD_NAMES } from '../../src/protocol/explanations.ts';
import type {
  AdversarialEstimates,
  Estimate,
  RelevanceComparison,
  RelevanceReport,
  SaliencyEstimates,
} from '../../src/protocol/relevance.ts';
import { SIGN_NAMES } from '../shared/maps/mapWords.ts';

const SPLITS = { train: 'training', val: 'validation', test: 'test' } as const;

/** The comparison with its runs the other way round, if the first one is not `firstRun`. */
export function comparisonFrom(
  comparison: RelevanceComparison | undefined,
  firstRun: string,
): RelevanceComparison | undefined {
  if (!comparison || comparison.first.run === firstRun) return comparison;
  const { first, second, saliency, adversarial } = comparison;
  return {
    first: second,
    second: first,
    saliency: turned(saliency),
    adversarial: turned(adversarial),
  };
}

/** Why two reports cannot be read side by side, or undefined where they can. */
export function mismatchOf(first: RelevanceReport, second: RelevanceReport): string | undefined {
  const facts = ({
    split,
    images,
    seed,
    bootstrapSamples,
    saliencyChoices,
    adversarialChoices,
  }: RelevanceReport): string =>
    JSON.stringify([
      split,
      images,
      seed,
      bootstrapSamples,
      Object.entries({ ...saliencyChoices, layer: layerPlace(saliencyChoices.layer) }).sort(),
      Object.entries(adversarialChoices).sort(),
    ]);
  if (facts(first) === facts(second)) return undefined;
  return 'The two runs were last measured on other images or with other settings, so that their numbers do not compare. Measure both again.';
}

/** What a report was measured on and with, as sentences. */
export function describeReport(report: RelevanceReport): readonly string[] {
  const {
    split,
    images,
    masked,
    maskArea,
    saliencyChoices,
    adversarialChoices,
    autoencoder,
    bootstrapSamples,
    seed,
  } = report;
  const { method, sign, layer, target } = saliencyChoices;
  const masks =
    masked === 0
      ? 'None of them has a mask.'
      : `${masked} of them have a mask` +
        (maskArea === undefined
          ? '.'
          : `, which covers ${(100 * maskArea).toFixed(1)} % of the image on average: what a map without any knowledge scores as its mass.`);
  return [
    `${images} ${SPLITS[split]} images, spread over the classes. ${masks}`,
    `Saliency: ${METHOD_NAMES[method]}, ${SIGN_NAMES[sign].toLowerCase()} sign, ${layer}, ${targetWords(target)}.`,
    autoencoder
      ? `Adversarial: at most ${adversarialChoices.steps} steps, ${targetWords(adversarialChoices.target)}, through the autoencoder of ${autoencoder.run}.`
      : 'Adversarial: not measured, for want of an autoencoder.',
    `In brackets 95 % intervals of ${bootstrapSamples.toLocaleString('en')} bootstrap samples over the images, seed ${seed}. ` +
      'They hold for one score each, so that of twenty differences one may lie beyond zero by chance, and for these two trainings, not for others with other seeds.',
    'Differences are over the images that both runs have a number for, so that they need not be those of the two means.',
  ];
}

function targetWords(target: 'predicted' | 'label' | number): string {
  if (target === 'predicted') return 'predicted class';
  return target === 'label' ? 'labelled class' : `class ${target}`;
}

function turned<E extends SaliencyEstimates | AdversarialEstimates>(estimates: E): E {
  const entries = Object.entries<Estimate>(estimates);
  return Object.fromEntries(
    entries.map(([score, { mean, low, high, images }]) => [
      score,
      { mean: -mean, low: -high, high: -low, images },
    ]),
  ) as E;
}
