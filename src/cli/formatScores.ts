import path from 'node:path';
import { labelName } from '../jobs/labelName.ts';
import type { DuplicateScores, RankedScores } from '../jobs/scores/rankScores.ts';
import type { ScoresSummary } from '../protocol/scoreTable.ts';
import { formatTable } from './formatTable.ts';

type ScoreRecord = RankedScores['mostUncertain'][number];

/** More groups of copies than this are counted, not named. */
const MAX_GROUPS = 10;
const MAX_COPIES = 4;

/** What scores say, as lines of text for a terminal. */
export function formatScores(summary: ScoresSummary, ranked: RankedScores): string[] {
  const { dataset, images, splits, runId, numMcSamples, maskSeed } = summary;
  const { classNames } = dataset;
  const head = `${dataset.name}: ${count(images, 'image')} (${splits.join(', ')}) scored by ${runId}`;
  return [
    head,
    `Mutual information and entropy over ${numMcSamples} dropout masks (seed ${maskSeed}), loss without dropout; in nats.`,
    'Most uncertain (highest mutual information)',
    ...formatRecords(ranked.mostUncertain, classNames),
    ...formatMislabelled(ranked, classNames),
    ...formatDuplicates(ranked.duplicates, classNames),
  ];
}

function formatMislabelled(
  { probablyMislabelled, different }: RankedScores,
  classNames: readonly string[],
): string[] {
  if (different === 0) return ['Probably mislabelled: none; every prediction is the label.'];
  const verb = different === 1 ? 'prediction differs' : 'predictions differ';
  return [
    `Probably mislabelled (highest loss of the ${different} whose ${verb})`,
    ...formatRecords(probablyMislabelled, classNames),
  ];
}

function formatRecords(records: readonly ScoreRecord[], classNames: readonly string[]): string[] {
  return formatTable([
    ['', 'label', 'predicted', 'MI', 'entropy', 'loss'],
    ...records.map((record) => [
      nameOf(record),
      labelName(classNames, record.label),
      labelName(classNames, record.predictedLabel),
      ...[record.mi, record.entropy, record.loss].map((value) => value.toFixed(4)),
    ]),
  ]);
}

function formatDuplicates(groups: readonly DuplicateScores[], classNames: readonly string[]): string[] {
  if (groups.length === 0) return ['No exact duplicates.'];
  const conflicting = groups.filter(({ hasDifferentLabels }) => hasDifferentLabels);
  const across = groups.filter(({ isAcrossSplits }) => isAcrossSplits);
  const surplus = groups.reduce((sum, { images }) => sum + images.length - 1, 0);
  const lines = [
    `Exact duplicates: ${count(groups.length, 'group')}, ${count(surplus, 'surplus copy', 'surplus copies')}; ` +
      `${count(across.length, 'group')} across splits.`,
  ];
  if (conflicting.length > 0) {
    lines.push(
      `Copies with different labels, at least one of them wrong: ${count(conflicting.length, 'group')}.`,
    );
  }
  // Those with different labels first, then those that leak from one split into another.
  const rank = ({ hasDifferentLabels, isAcrossSplits }: DuplicateScores): number =>
    (hasDifferentLabels ? 0 : 2) + (isAcrossSplits ? 0 : 1);
  const shown = groups.toSorted((a, b) => rank(a) - rank(b)).slice(0, MAX_GROUPS);
  lines.push(...shown.map((group) => `  ${formatGroup(group, classNames)}`));
  if (groups.length > shown.length) lines.push(`  and ${count(groups.length - shown.length, 'group')} more`);
  return lines;
}

function formatGroup({ images, hasDifferentLabels }: DuplicateScores, classNames: readonly string[]): string {
  const named = images.slice(0, MAX_COPIES).map((record) => {
    const label = hasDifferentLabels ? ` (${labelName(classNames, record.label)})` : '';
    return `${nameOf(record)}${label}`;
  });
  const rest = images.length - named.length;
  return [...named, ...(rest > 0 ? [`${rest} more`] : [])].join(' = ');
}

/** Its split, where the file does not begin with it, with its file, or for archives its position. */
function nameOf({ split, index, file }: ScoreRecord): string {
  if (file === undefined) return `${split} ${index}`;
  return file.startsWith(`${split}/`) ? path.normalize(file) : `${split} ${path.normalize(file)}`;
}

function count(amount: number, singular: string, plural = `${singular}s`): string {
  return `${amount} ${amount === 1 ? singular : plural}`;
}
