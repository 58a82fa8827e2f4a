import { labelWidth } from '../../data/batch.ts';
import type { Dataset } from '../../data/dataset.ts';
import { findDuplicates } from '../../data/duplicates.ts';
import { TsyndError } from '../../protocol/errors.ts';
import type { ScoredSplit } from '../../protocol/scoreTable.ts';
import type { RunFolder } from '../../runs/runFolder.ts';
import type { ScoreRecord } from '../../runs/scoreRecord.ts';
import { predictedLabel } from '../predictedLabel.ts';
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
    if (![mi, entropy, loss, ...probs].every(Number.isFinite)) {
      const name = file ?? `${split} image ${index}`;
      throw new TsyndError(
        'run/corrupt',
        `The classifier of run ${this.run.id} answers to ${name} with what is no number.`,
        { remedy: 'Train the run again with a lower learning rate.', details: { id } },
      );
    }
    // Rounding may carry a probability past 1 by a few units of the last place.
    const clipped = probs.map((prob) => Math.min(prob, 1));
    return {
      id,
      split,
      index,
      ...(file !== undefined && { file }),
      label: this.labelAt(split, index),
      predictedLabel: predictedLabel(this.run.manifest.dataset, clipped),
      mi,
      entropy,
      loss,
      probs: clipped,
      ...(duplicates !== undefined && { duplicates }),
    };
  }

  private labelAt(split: ScoredSplit, index: number): ScoreRecord['label'] {
    const images = this.dataset[split];
    if (this.dataset.task !== 'multi-label') return images.labels[index];
    const width = labelWidth(images);
    return Array.from(images.labels.subarray(index * width, (index + 1) * width), (value) =>
      value > 0 ? 1 : 0,
    );
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
