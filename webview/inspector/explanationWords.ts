import type { AdversarialChange, ExplainedClass, MapFacts } from '../../src/protocol/explanations.ts';
import type { RunSummary } from '../../src/protocol/runSummary.ts';
import { classNameOf, formatProbability, otherPrediction } from '../shared/maps/explanationWords.ts';
import type { NoModel } from './inspectorState.ts';

export const NO_MAP_REASONS: Readonly<Record<NoModel, string>> = {
  untrusted:
    'Maps are off in a workspace that is not trusted: they load a model from it. Trust it to see them.',
  noRuns:
    'No run is finished yet. Right-click a dataset in the Explorer and choose “TSynD: Generate TSynD Samples…”; ' +
    'its classifier then shows here what it looks at.',
  noImage: 'There is no map of an image that cannot be read.',
  noDescription: 'Maps are made once the runs can be read.',
};

/**
 * What a map is about: `Predicted malignant, 0.931`; where another class was asked for, `For benign, 0.069; predicted
 * malignant`.
 */
export function mapHeading(run: RunSummary, facts: MapFacts, asked: ExplainedClass): string {
  const { target, probability, predicted } = facts;
  const named = `${classNameOf(run, target)}, ${formatProbability(probability)}`;
  if (asked === 'predicted') return `Predicted ${named}`;
  const other = otherPrediction(facts);
  if (other !== undefined) return `For ${named}; predicted ${classNameOf(run, other)}`;
  return predicted === undefined ? `For ${named}` : `For ${named}, as predicted`;
}

/** `12`, or why there is no number. */
export function describeSteps({ probs, flippedAt }: AdversarialChange, className: string): string {
  const taken = probs.length - 1;
  if (flippedAt === undefined) return `${className} kept for all ${taken}`;
  if (flippedAt === 0) return '0: lost by the plain reconstruction already';
  return String(flippedAt);
}
