import { SPLIT_NAMES, type Dataset, type LabelledImages, type SplitName, type Task } from './dataset.ts';
import { findDuplicates, summarizeDuplicates, type DuplicateSummary } from './duplicates.ts';

export interface SplitSummary {
  readonly split: SplitName;
  readonly count: number;
  /** Images of each class; for multi-label, positives of each label. */
  readonly classCounts: readonly number[];
  /** Accuracy of always answering the most common class; for multi-label, the mean over labels. */
  readonly majorityRate: number;
}

export interface DatasetSummary {
  readonly name: string;
  readonly format: Dataset['format'];
  readonly task: Task;
  readonly classNames: readonly string[];
  readonly channels: 1 | 3;
  readonly imageSize: number;
  /** Bits of a stored sample; 32 for floats. */
  readonly bitDepth: 8 | 16 | 32;
  readonly splitSource: Dataset['splitSource'];
  readonly splits: readonly SplitSummary[];
  readonly duplicates: DuplicateSummary;
  readonly skippedFiles: Dataset['skippedFiles'];
}

export function summarizeDataset(dataset: Dataset): DatasetSummary {
  const { name, format, task, classNames, channels, imageSize, splitSource, skippedFiles } = dataset;
  return {
    name,
    format,
    task,
    classNames,
    channels,
    imageSize,
    bitDepth: bitDepthOf(dataset),
    splitSource,
    splits: SPLIT_NAMES.map((split) => summarizeSplit(dataset[split], task, classNames.length)),
    duplicates: summarizeDuplicates(findDuplicates(dataset)),
    skippedFiles,
  };
}

function bitDepthOf({ train }: Dataset): 8 | 16 | 32 {
  if (train.pixels instanceof Uint8Array) return 8;
  return train.pixels instanceof Uint16Array ? 16 : 32;
}

function summarizeSplit(images: LabelledImages<SplitName>, task: Task, classCount: number): SplitSummary {
  const { split, count, labels } = images;
  const classCounts = new Array<number>(classCount).fill(0);
  if (task === 'multi-label') {
    labels.forEach((value, position) => (classCounts[position % classCount] += value));
    const rates = classCounts.map((positives) => Math.max(positives, count - positives) / count);
    return { split, count, classCounts, majorityRate: rates.reduce((a, b) => a + b, 0) / classCount };
  }
  labels.forEach((label) => classCounts[label]++);
  return { split, count, classCounts, majorityRate: Math.max(...classCounts) / count };
}
