import { labelAt } from '../../data/batch.ts';
import type { Dataset } from '../../data/dataset.ts';
import { findDuplicates } from '../../data/duplicates.ts';
import type { ScoredSplit } from '../../protocol/scoreTable.ts';
import type { RunFolder } from '../../runs/runFolder.ts';
import type { ScoreRecord } from '../../runs/scoreRecord.ts';
import { predictedLabel } from '../predictedLabel.ts';
import { checkAnswers, checkProbs } from '../runClassifier.ts';
import type { ImageScore } from './scorer.ts';

/** Makes the lines of scores.jsonl out of what the classifier says. */
export class ScoreRecords {
  private readonly dataset: Dataset;
  private readonly run: RunFolder;
  /** The numbers of their groups, by id, of images that have a copy among those that are scored. */
  private readonly duplicates: ReadonlyMap<string, number>;

  constructor(dataset: Dataset, run: RunFolder, splits: readonly ScoredSplit[]) {
    this.dataset = dataset;
    this.run = run;
    this.duplicates = numberGroups(dataset, splits);
  }

  /** Throws TsyndError 'run/corrupt' where a number is none. */
  make(split: ScoredSplit, index: number, { mi, entropy, loss, probs }: ImageScore): ScoreRecord {
    const { file } = this.dataset[split].sources[index];
    const id = idOf(split, index);
    const duplicates = this.duplicates.get(id);
    const name = file ?? `${split} image ${index}`;
    checkAnswers(this.run, [mi, entropy, loss], name);
    const checked = checkProbs(this.run, probs, name);
    return {
      id,
      split,
      index,
      ...(file !== undefined && { file }),
      label: labelAt(this.dataset[split], index),
      predictedLabel: predictedLabel(this.run.manifest.dataset, checked),
      mi,
      entropy,
      loss,
      probs: checked,
      ...(duplicates !== undefined && { duplicates }),
    };
  }
}

function idOf(split: ScoredSplit, index: number): string {
  return `${split}-${index}`;
}

function numberGroups(dataset: Dataset, splits: readonly ScoredSplit[]): Map<string, number> {
  const numbers = new Map<string, number>();
  let next = 0;
  for (const group of findDuplicates(dataset)) {
    const scored = group.filter(({ split }) => splits.includes(split));
    if (scored.length < 2) continue;
    for (const { split, index } of scored) numbers.set(idOf(split, index), next);
    next++;
  }
  return numbers;
}
