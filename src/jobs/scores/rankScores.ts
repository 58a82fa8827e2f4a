import type { ScoreRecord } from '../../runs/scoreRecord.ts';

/** What is worth a person's look among scores. */
export interface RankedScores {
  /** Highest mutual information first. */
  readonly mostUncertain: readonly ScoreRecord[];
  /** Of those whose prediction differs from their label, highest loss first. */
  readonly probablyMislabelled: readonly ScoreRecord[];
  /** How many predictions differ from their label. */
  readonly different: number;
  /** Groups of images with the same pixels, in the order of their first image. */
  readonly duplicates: readonly DuplicateScores[];
}

export interface DuplicateScores {
  readonly images: readonly ScoreRecord[];
  /** One picture in several splits: what is learned from one is known of the other. */
  readonly isAcrossSplits: boolean;
  /** One picture with different labels: at least one of them is wrong. */
  readonly hasDifferentLabels: boolean;
}

/** Ranks scores; `top` is how many of each are given. Ties keep the order of the records. */
export function rankScores(records: readonly ScoreRecord[], top: number): RankedScores {
  const different = records.filter(({ label, predictedLabel }) => !isSameLabel(label, predictedLabel));
  return {
    mostUncertain: records.toSorted((a, b) => b.mi - a.mi).slice(0, top),
    probablyMislabelled: different.toSorted((a, b) => b.loss - a.loss).slice(0, top),
    different: different.length,
    duplicates: groupsOf(records).map((images) => ({
      images,
      isAcrossSplits: images.some(({ split }) => split !== images[0].split),
      hasDifferentLabels: images.some(({ label }) => !isSameLabel(label, images[0].label)),
    })),
  };
}

function groupsOf(records: readonly ScoreRecord[]): ScoreRecord[][] {
  const groups = new Map<number, ScoreRecord[]>();
  for (const record of records) {
    if (record.duplicates === undefined) continue;
    const group = groups.get(record.duplicates);
    if (group) group.push(record);
    else groups.set(record.duplicates, [record]);
  }
  return [...groups.values()];
}

function isSameLabel(a: ScoreRecord['label'], b: ScoreRecord['label']): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
