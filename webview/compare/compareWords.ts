import type { AdversarialChange, AdversarialChoices } from '../../src/protocol/explanations.ts';
import type { RunSummary } from '../../src/protocol/runSummary.ts';
import { formatArea, formatL2 } from '../shared/maps/explanationWords.ts';
import type { ChangeSummary } from './changeSummary.ts';

/** What it took, in one sentence. */
export function describeChange(
  change: AdversarialChange,
  { steps }: Pick<AdversarialChoices, 'steps'>,
): string {
  const { flippedAt } = change;
  if (flippedAt === 0) return 'Already another class when it is only reconstructed; nothing had to change.';
  const size = `L2 ${formatL2(change.l2)}, area ${formatArea(change.area)}`;
  if (flippedAt === undefined) return `Kept its class for all ${steps} steps; ${size}.`;
  return `Flipped at step ${flippedAt}; ${size}.`;
}

/** `7 of 8`, and how many of them without any change. */
export function describeFlipped({ images, flipped, unchanged }: ChangeSummary): string {
  if (images === 0) return '';
  const all = `${flipped + unchanged} of ${images}`;
  return unchanged > 0 ? `${all}, ${unchanged} by the reconstruction alone` : all;
}

/** `AUROC 0.873 on validation images` */
export function describeAuroc({ valAuroc }: RunSummary): string | undefined {
  return valAuroc === undefined ? undefined : `AUROC ${valAuroc.toFixed(3)} on validation images`;
}
