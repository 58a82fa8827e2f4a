import { CHANGE_THRESHOLD, type AdversarialChange, type MapFacts } from '../../src/protocol/explanations.ts';
import { formatPercent } from './formatting.ts';

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
    description: `${describeFlip(change)}; L2 of the change ${formatNorm(change.l2)}, ${describeArea(change.area)}`,
  };
}

function shortText({ flippedAt, l2, area }: AdversarialChange): string {
  // There is no change to measure.
  if (flippedAt === 0) return 'reconstruction flips';
  const flip = flippedAt === undefined ? 'kept' : `flips at ${flippedAt}`;
  return `${flip} · L2 ${formatNorm(l2)} · ${formatPercent(area)}`;
}

/** `prediction flips after 7 steps` */
export function describeFlip({ flippedAt, probs }: AdversarialChange): string {
  if (flippedAt === undefined) return `class kept for ${formatSteps(probs.length - 1)}`;
  if (flippedAt === 0) return 'plain reconstruction is predicted as another class already';
  return `prediction flips after ${formatSteps(flippedAt)}`;
}

/** `4.1 % of the pixels changed by at least 0.05 of white` */
export function describeArea(area: number): string {
  return `${formatPercent(area)} of the pixels changed by at least ${CHANGE_THRESHOLD} of white`;
}

export function formatNorm(l2: number): string {
  return l2.toPrecision(3);
}

function formatSteps(count: number): string {
  return count === 1 ? '1 step' : `${count} steps`;
}
