import type { Prediction } from '../../src/protocol/computeApi.ts';
import type { RunSummary } from '../../src/protocol/runSummary.ts';
import { formatDate } from './formatting.ts';

/** How a prediction stands to the image's class. */
export interface Verdict {
  /** `unknown`: the image's class is not known; `foreign`: the classifier has never heard of it. */
  readonly kind: 'agrees' | 'differs' | 'unknown' | 'foreign';
  /** In the words of the run's dataset; several or none for multi-label data. */
  readonly predicted: string;
  /** One sentence for all of it. */
  readonly sentence: string;
}

export interface ClassBar {
  readonly name: string;
  readonly probability: number;
  readonly isPredicted: boolean;
  /** Whether it is the image's class, or one of them. */
  readonly isLabel: boolean;
}

/** The predictive entropy, in nats, as the sum of its two parts. */
export interface UncertaintyParts {
  readonly predictiveEntropy: number;
  /** Epistemic: what the dropout masks disagree about. Not negative here; rounding may make it so in the record. */
  readonly mutualInformation: number;
  /** Aleatoric: what all masks agree is ambiguous. */
  readonly expectedEntropy: number;
  /** Of a classifier that knows nothing. */
  readonly maximum: number;
}

/** More classes than this are shown by probability, the likeliest first; fewer stay in the dataset's order. */
export const MANY_CLASSES = 12;

/** What the probability of a label must reach in multi-label data. */
const PRESENT = 0.5;
const NONE = 'none';

/** Whether an image may have several labels or none, so that probabilities do not sum to 1. */
export function isMultiLabel(run: RunSummary | undefined): boolean {
  return run?.dataset?.task.startsWith('multi-label') ?? false;
}

/** @param className what the image is labelled as, if anything */
export function verdictOf(
  prediction: Prediction,
  className: string | undefined,
  isMultiLabelled: boolean,
): Verdict {
  const { classNames } = prediction;
  const predicted = predictedIndices(prediction, isMultiLabelled).map(
    (index) => classNames[index] ?? `${index}`,
  );
  const text = predicted.length > 0 ? predicted.join('+') : NONE;
  if (className === undefined) {
    return {
      kind: 'unknown',
      predicted: text,
      sentence: `Predicted ${text}. The class of the image is not known.`,
    };
  }
  if (className === text)
    return { kind: 'agrees', predicted: text, sentence: `Predicted ${text}, as labelled.` };
  if (labelledIndices(classNames, className).length === 0 && !(isMultiLabelled && className === NONE)) {
    const sentence = `Predicted ${text}. The run has no class “${className}”.`;
    return { kind: 'foreign', predicted: text, sentence };
  }
  return { kind: 'differs', predicted: text, sentence: `Predicted ${text}, but labelled ${className}.` };
}

export function barsOf(
  prediction: Prediction,
  className: string | undefined,
  isMultiLabelled: boolean,
): readonly ClassBar[] {
  const { classNames, probs } = prediction;
  const predicted = new Set(predictedIndices(prediction, isMultiLabelled));
  const labelled = new Set(className === undefined ? [] : labelledIndices(classNames, className));
  const bars = probs.map((probability, index) => ({
    name: classNames[index] ?? `${index}`,
    probability,
    isPredicted: predicted.has(index),
    isLabel: labelled.has(index),
  }));
  if (bars.length <= MANY_CLASSES) return bars;
  return bars.sort((a, b) => b.probability - a.probability);
}

export function uncertaintyOf(prediction: Prediction, isMultiLabelled: boolean): UncertaintyParts {
  const { predictiveEntropy, probs } = prediction;
  const mutualInformation = Math.min(predictiveEntropy, Math.max(0, prediction.mutualInformation));
  return {
    predictiveEntropy,
    mutualInformation,
    expectedEntropy: Math.max(0, predictiveEntropy - mutualInformation),
    maximum: isMultiLabelled ? probs.length * Math.LN2 : Math.log(Math.max(2, probs.length)),
  };
}

/** `mi · Nov 21, 2026, 14:03 · breast`, what tells runs apart first; the id where the run says no more. */
export function runLabel({ id, dataset, settings, createdAt }: RunSummary): string {
  const date = createdAt === undefined ? undefined : formatDate(createdAt);
  const parts = [settings?.method, date, dataset?.name].filter((part) => part !== undefined);
  return parts.length > 1 ? parts.join(' · ') : id;
}

function predictedIndices({ probs }: Prediction, isMultiLabelled: boolean): readonly number[] {
  if (isMultiLabelled) return probs.flatMap((probability, index) => (probability >= PRESENT ? [index] : []));
  return probs.length > 0 ? [probs.indexOf(Math.max(...probs))] : [];
}

/** A class name may itself have a comma: the whole is looked for first. */
function labelledIndices(classNames: readonly string[], className: string): readonly number[] {
  const whole = classNames.indexOf(className);
  if (whole >= 0) return [whole];
  const names = className.split('+');
  return classNames.flatMap((name, index) => (names.includes(name) ? [index] : []));
}
