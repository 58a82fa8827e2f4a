import { PREDICTED } from '../../explain/classActivation.ts';
import type { ExplainedClass } from '../../protocol/explanations.ts';
import type { Label } from '../../protocol/sampleTable.ts';

/** A class, or several of which the one with the highest probability is meant; none for the predicted one. */
export type TargetCandidates = readonly number[];

/** The classes that a wish leaves open for an image with this label. */
export function targetCandidates(target: ExplainedClass, label: Label | undefined): TargetCandidates {
  if (typeof target === 'number') return [target];
  if (target === 'predicted' || label === undefined) return [];
  if (typeof label === 'number') return [label];
  return label.flatMap((value, index) => (value === 1 ? [index] : []));
}

/** The most probable of the candidates; PREDICTED where there are none. `probs` [K] is needed where there are several. */
export function chooseTarget(candidates: TargetCandidates, probs: ArrayLike<number> = []): number {
  if (candidates.length === 1) return candidates[0];
  return candidates.reduce((best, index) => (probs[index] > (probs[best] ?? -1) ? index : best), PREDICTED);
}
