import { CHANGE_THRESHOLD, type MapFacts } from '../../../src/protocol/explanations.ts';
import type { RunSummary } from '../../../src/protocol/runSummary.ts';

/** What the numbers of a change mean, in one sentence. */
export const CHANGE_HINTS = {
  steps:
    'Steps of the search until the prediction was another one. More steps mean a class that is held on to.',
  l2: 'Euclidean norm of the difference to the plain reconstruction over all pixels; white is 1.',
  area: `Share of the pixels that differ from the plain reconstruction by ${CHANGE_THRESHOLD} or more, where white is 1.`,
} as const;

/** A class by its name in the run's dataset, or by its number where that is not known. */
export function classNameOf({ dataset }: Pick<RunSummary, 'dataset'>, index: number): string {
  return dataset?.classNames[index] ?? `class ${index}`;
}

/** The class that is predicted, where a map is about another one. */
export function otherPrediction({
  target,
  predicted,
}: Pick<MapFacts, 'target' | 'predicted'>): number | undefined {
  return predicted === target ? undefined : predicted;
}

/** Three decimals; no probability that is not 0 or 1 reads as one of them. */
export function formatProbability(probability: number): string {
  if (probability > 0 && probability < 0.0005) return '< 0.001';
  if (probability < 1 && probability >= 0.9995) return '> 0.999';
  return probability.toFixed(3);
}

export function formatL2(l2: number): string {
  return l2.toFixed(2);
}

/** A share of the pixels: `4.6 %`; what is not nothing does not read as nothing. */
export function formatArea(share: number): string {
  const percent = share * 100;
  return `${percent > 0 && percent < 0.1 ? '< 0.1' : percent.toFixed(1)}\u00a0%`;
}
