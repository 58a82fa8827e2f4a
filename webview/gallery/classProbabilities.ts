import type { Label } from '../../src/protocol/sampleTable.ts';

export interface ClassProbability {
  readonly name: string;
  /** Of a synthetic image that of its source's reconstruction; undefined for real images. */
  readonly before?: number | undefined;
  readonly after: number;
  /** Whether the sample carries this label. */
  readonly isLabel: boolean;
  /** Whether the classifier gives it to the image. */
  readonly isPredicted: boolean;
}

/** What the classifier says of one image, and what it carries. */
export interface ClassifiedRow {
  /** [K]; of a sample those of the synthetic image. */
  readonly probs: readonly number[];
  /** [K] of the reconstruction of the sample's source. */
  readonly probsBefore?: readonly number[];
  readonly label: Label;
  readonly predicted: Label;
}

/**
 * Classes with their probabilities, in the dataset's order. Of more than `most`, those with the largest probability
 * before or after, and always the label and the prediction.
 */
export function listProbabilities(
  { probs, probsBefore, label, predicted }: ClassifiedRow,
  classNames: readonly string[],
  most: number,
): ClassProbability[] {
  const all = probs.map((after, index) => ({
    index,
    name: classNames[index] ?? `class ${index}`,
    ...(probsBefore && { before: probsBefore[index] ?? NaN }),
    after,
    isLabel: isOf(label, index),
    isPredicted: isOf(predicted, index),
  }));
  const weight = ({ before = 0, after, isLabel, isPredicted }: (typeof all)[number]): number =>
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
