import type { AdversarialChange, ExplainedClass, MapFacts } from '../../src/protocol/explanations.ts';
import type { RunSummary } from '../../src/protocol/runSummary.ts';
import { formatProbability } from './formatting.ts';
import type { NoPrediction } from './inspectorModel.ts';

export const NO_MAP_REASONS: Readonly<Record<NoPrediction, string>> = {
  untrusted:
    'Maps are off in a workspace that is not trusted: they load a model from it. Trust it to see them.',
  noRuns:
    'No run is finished yet. Right-click a dataset in the Explorer and choose “TSynD: Generate TSynD Samples…”; ' +
    'its classifier then shows here what it looks at.',
  noImage: 'There is no map of an image that cannot be read.',
  noDescription: 'Maps are made once the runs can be read.',
};

export const CHANGE_HINTS = {
  steps:
    'Steps of the search until the prediction was another one. More steps mean a class that is held on to.',
  l2: 'Euclidean norm of the difference to the plain reconstruction over all pixels; white is 1.',
  area: 'Share of the pixels that differ from the plain reconstruction by 0.05 or more, where white is 1.',
} as const;

/** A class by its name in the run's dataset, or by its number where that is not known. */
export function classNameOf({ dataset }: RunSummary, index: number): string {
  return dataset?.classNames[index] ?? `number ${index}`;
}

/** What a map is about: `Predicted malignant, 0.931`, or `Class benign, 0.069` where that was asked for. */
export function mapHeading(
  run: RunSummary,
  { target, probability }: Pick<MapFacts, 'target' | 'probability'>,
  asked: ExplainedClass,
): string {
  const what = asked === 'predicted' ? 'Predicted' : 'Class';
  return `${what} ${classNameOf(run, target)}, ${formatProbability(probability)}`;
}

/** `12`, or why there is no number. */
export function describeSteps({ probs, flippedAt }: AdversarialChange, className: string): string {
  const taken = probs.length - 1;
  if (flippedAt === undefined) return `${className} kept for all ${taken}`;
  if (flippedAt === 0) return '0: lost by the plain reconstruction already';
  return String(flippedAt);
}

/** `4.6 %` */
export function formatArea(share: number): string {
  const percent = share * 100;
  return `${percent > 0 && percent < 0.1 ? '< 0.1' : percent.toFixed(1)}\u00a0%`;
}
