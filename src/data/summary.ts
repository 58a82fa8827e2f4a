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

/** A summary as lines of text for a terminal. */
export function formatSummary(summary: DatasetSummary): string[] {
  const { imageSize, channels, bitDepth, splitSource } = summary;
  const colour = channels === 1 ? 'grey' : 'RGB';
  const drawn = splitSource === 'drawn' ? ', splits drawn' : '';
  const head = `${summary.name}: ${summary.task}, ${imageSize} x ${imageSize} ${colour}, ${bitDepth} bits${drawn}`;
  return [head, ...formatTable(summary), ...formatDuplicates(summary.duplicates), ...formatSkipped(summary)];
}

function formatTable({ classNames, splits }: DatasetSummary): string[] {
  const rows = [
    ['', ...splits.map(({ split }) => split)],
    ...classNames.map((name, index) => [
      name,
      ...splits.map(({ classCounts }) => String(classCounts[index])),
    ]),
    ['images', ...splits.map(({ count }) => String(count))],
    ['majority rate', ...splits.map(({ majorityRate }) => majorityRate.toFixed(3))],
  ];
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  return rows.map((row) => {
    const cells = row.map((cell, column) =>
      column === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[column]),
    );
    return `  ${cells.join('  ')}`;
  });
}

function formatDuplicates({ groups, surplusCopies, crossSplit }: DuplicateSummary): string[] {
  if (groups === 0) return ['No exact duplicates.'];
  const lines = [
    `Exact duplicates: ${count(groups, 'group')}, ${count(surplusCopies, 'surplus copy', 'surplus copies')}.`,
  ];
  for (const { splits, images } of crossSplit) {
    const verb = images === 1 ? 'is' : 'are';
    lines.push(`  ${count(images, `${splits[1]} image`)} ${verb} also in ${splits[0]}.`);
  }
  return lines;
}

function formatSkipped({ skippedFiles }: DatasetSummary): string[] {
  const reasons = new Map<string, number>();
  for (const { reason } of skippedFiles) reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
  return [...reasons].map(([reason, files]) => `Left out: ${count(files, 'file')} (${reason}).`);
}

function count(amount: number, singular: string, plural = `${singular}s`): string {
  return `${amount} ${amount === 1 ? singular : plural}`;
}
