import type { Label } from '../../src/protocol/sampleTable.ts';

export interface ClassProbability {
  readonly name: string;
  readonly before: number;
  readonly after: number;
  /** Whether the sample carries this label. */
  readonly isLabel: boolean;
  /** Whether the classifier gives it to the synthetic image. */
  readonly isPredicted: boolean;
}

/**
 * Classes with their probabilities, in the dataset's order. Of more than `most`, those with the largest probability
 * before or after, and always the label and the prediction.
 */
export function listProbabilities(
  sample: {
    readonly probsBefore: readonly number[];
    readonly probsAfter: readonly number[];
    readonly label: Label;
    readonly predicted: Label;
  },
  classNames: readonly string[],
  most: number,
): ClassProbability[] {
  const { probsBefore, probsAfter, label, predicted } = sample;
  const all = probsAfter.map((after, index) => ({
    index,
    name: classNames[index] ?? `class ${index}`,
    before: probsBefore[index] ?? NaN,
    after,
    isLabel: isOf(label, index),
    isPredicted: isOf(predicted, index),
  }));
  const weight = ({ before, after, isLabel, isPredicted }: (typeof all)[number]): number =>
    isLabel || isPredicted ? Infinity : Math.max(after, before || 0);
  const chosen = new Set(
    all
      .toSorted((a, b) => (weight(b) === weight(a) ? a.index - b.index : weight(b) - weight(a)))
      .slice(0, most)
      .map(({ index }) => index),
  );
  return all.filter(({ index }) => chosen.has(index)).map(({ index, ...shown }) => shown);
}

function isOf(label: Label, index: number): boolean {
  return typeof label === 'number' ? label === index : label[index] === 1;
}
