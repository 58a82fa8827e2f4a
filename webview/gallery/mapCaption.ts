import { CHANGE_THRESHOLD, type AdversarialChange, type MapFacts } from '../../src/protocol/explanations.ts';
import { formatArea, formatL2 } from '../shared/maps/explanationWords.ts';

/** What a tile says of a map in place of its usual numbers. */
export interface MapCaption {
  readonly text: string;
  /** In full, for tooltips and screen readers. */
  readonly description: string;
}

/** Of an adversarial map; undefined for others, whose class and probability the pointer tells. */
export function mapCaption(facts: readonly MapFacts[]): MapCaption | undefined {
  const change = facts.at(0)?.change;
  if (!change) return undefined;
  return {
    text: shortText(change),
    description: `${describeFlip(change)}; L2 of the change ${formatL2(change.l2)}, ${describeArea(change.area)}`,
  };
}

function shortText({ flippedAt, l2, area }: AdversarialChange): string {
  // There is no change to measure.
  if (flippedAt === 0) return 'already another class';
  const flip = flippedAt === undefined ? 'kept' : `step ${flippedAt}`;
  return `${flip} · L2 ${formatL2(l2)} · ${formatArea(area)}`;
}

/** `prediction flips after 7 steps` */
export function describeFlip({ flippedAt, probs }: AdversarialChange): string {
  if (flippedAt === undefined) return `class kept for ${formatSteps(probs.length - 1)}`;
  if (flippedAt === 0) return 'plain reconstruction is predicted as another class already';
  return `prediction flips after ${formatSteps(flippedAt)}`;
}

/** `4.1 % of the pixels changed by at least 0.05 of white` */
export function describeArea(area: number): string {
  return `${formatArea(area)} of the pixels changed by at least ${CHANGE_THRESHOLD} of white`;
}

function formatSteps(count: number): string {
  return count === 1 ? '1 step' : `${count} steps`;
}
