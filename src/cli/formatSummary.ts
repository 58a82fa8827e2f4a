import type { JobEvent } from '../jobs/progress.ts';
import { formatTable } from './formatTable.ts';

type DatasetSummary = Extract<JobEvent, { type: 'dataset' }>['summary'];

/** What a dataset is, as lines of text for a terminal. */
export function formatSummary(summary: DatasetSummary): string[] {
  const { imageSize, channels, bitDepth, splitSource } = summary;
  const colour = channels === 1 ? 'grey' : 'RGB';
  const drawn = splitSource === 'drawn' ? ', splits drawn' : '';
  const head = `${summary.name}: ${summary.task}, ${imageSize} x ${imageSize} ${colour}, ${bitDepth} bits${drawn}`;
  return [head, ...formatSplits(summary), ...formatDuplicates(summary.duplicates), ...formatSkipped(summary)];
}

function formatSplits({ classNames, splits }: DatasetSummary): string[] {
  return formatTable([
    ['', ...splits.map(({ split }) => split)],
    ...classNames.map((name, index) => [
      name,
      ...splits.map(({ classCounts }) => String(classCounts[index])),
    ]),
    ['images', ...splits.map(({ count }) => String(count))],
    ['majority rate', ...splits.map(({ majorityRate }) => majorityRate.toFixed(3))],
  ]);
}

function formatDuplicates({ groups, surplusCopies, crossSplit }: DatasetSummary['duplicates']): string[] {
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

/** More files than this are counted, not named. */
const MAX_NAMED = 5;

function formatSkipped({ skippedFiles }: DatasetSummary): string[] {
  const byReason = new Map<string, string[]>();
  for (const { file, reason } of skippedFiles) byReason.set(reason, [...(byReason.get(reason) ?? []), file]);
  return [...byReason].map(([reason, files]) => {
    const named = files.slice(0, MAX_NAMED).join(', ');
    const more = files.length > MAX_NAMED ? `, and ${files.length - MAX_NAMED} more` : '';
    return `Left out: ${count(files.length, 'file')} (${reason}): ${named}${more}.`;
  });
}

function count(amount: number, singular: string, plural = `${singular}s`): string {
  return `${amount} ${amount === 1 ? singular : plural}`;
}
