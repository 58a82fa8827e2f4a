import { PREDICTED } from '../../explain/classActivation.ts';
import { TsyndError } from '../../protocol/errors.ts';
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

/**
 * The class that a person means by `predicted`, `label`, a name or a number. Throws TsyndError 'settings/invalid' for
 * what is none of these.
 */
export function parseTarget(text: string, classNames: readonly string[]): ExplainedClass {
  if (text === 'predicted' || text === 'label') return text;
  const named = classNames.indexOf(text);
  if (named >= 0) return named;
  if (/^\d+$/.test(text) && Number(text) < classNames.length) return Number(text);
  throw noClass(`'${text}'`, classNames);
}

/** Throws TsyndError 'settings/invalid' for the number of a class that there is not. */
export function checkTarget(target: ExplainedClass, classNames: readonly string[]): void {
  if (typeof target === 'number' && target >= classNames.length) throw noClass(`${target}`, classNames);
}

function noClass(what: string, classNames: readonly string[]): TsyndError {
  const known = classNames.map((name, index) => `${index} (${name})`).join(', ');
  return new TsyndError('settings/invalid', `There is no class ${what}.`, {
    remedy: `Choose predicted, label, or one of ${known}.`,
  });
}
