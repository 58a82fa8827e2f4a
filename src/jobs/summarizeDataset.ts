import {
  SPLIT_NAMES,
  type Dataset,
  type LabelledImages,
  type SplitName,
  type Task,
} from '../data/dataset.ts';
import { findDuplicates, summarizeDuplicates } from '../data/duplicates.ts';
import type { DatasetSummary } from '../protocol/datasetSummary.ts';

/** What a person is told about a dataset: counts, majority rates, duplicates. */
export function summarizeDataset(dataset: Dataset): DatasetSummary {
  const { name, path, format, task, classNames, channels, imageSize, splitSource, skippedFiles } = dataset;
  return {
    name,
    path,
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

function summarizeSplit(
  images: LabelledImages<SplitName>,
  task: Task,
  classCount: number,
): DatasetSummary['splits'][number] {
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
