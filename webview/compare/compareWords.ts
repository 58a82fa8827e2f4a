import type { AdversarialChange, AdversarialChoices, MapFacts } from '../../src/protocol/explanations.ts';
import type { RunSummary } from '../../src/protocol/runSummary.ts';
import type { ChangeSummary } from './changeSummary.ts';

/** Two decimals; no probability that is not 0 or 1 reads as one of them. */
export function formatProbability(probability: number): string {
  if (probability > 0 && probability < 0.005) return '< 0.01';
  if (probability < 1 && probability >= 0.995) return '> 0.99';
  return probability.toFixed(2);
}

/** `malignant 0.93` */
export function describeFacts(
  { target, probability }: MapFacts,
  classNames: readonly string[],
): { readonly className: string; readonly probability: string } {
  return { className: classNames[target] ?? `class ${target}`, probability: formatProbability(probability) };
}

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

export function formatL2(l2: number): string {
  return l2.toFixed(2);
}

/** A share of the pixels: `12.5 %`. */
export function formatArea(area: number): string {
  return `${(100 * area).toFixed(1)}\u00a0%`;
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
