import type { DatasetSummary } from '../../protocol/datasetSummary.ts';

/** The autoencoder halves images twice. */
const SIDE_DIVISOR = 4;

const FORMATS: Readonly<Record<DatasetSummary['format'], string>> = {
  npz: 'NumPy archive (.npz)',
  folder: 'class folders',
  csv: 'list of image files (.csv)',
};

/** One line: `780 images, 2 classes, 28 x 28 px, grey`. */
export function summaryLine({ splits, classNames, imageSize, channels }: DatasetSummary): string {
  const images = splits.reduce((sum, split) => sum + split.count, 0);
  const colour = channels === 1 ? 'grey' : 'RGB';
  const classes = countOf(classNames.length, 'class', 'classes');
  return `${countOf(images, 'image')}, ${classes}, ${imageSize} x ${imageSize} px, ${colour}`;
}

/** One line: `train 546, val 78, test 156`. */
export function splitLine({ splits }: DatasetSummary): string {
  return splits.map(({ split, count }) => `${split} ${formatCount(count)}`).join(', ');
}

/** Why a run on this dataset could not even start, and what to do; undefined when it can. */
export function blockingProblem({ imageSize }: DatasetSummary): string | undefined {
  if (imageSize % SIDE_DIVISOR === 0) return undefined;
  return `The images have ${imageSize} px a side, which is not divisible by ${SIDE_DIVISOR}: choose an image size of ${nearestSide(imageSize)} px, for example.`;
}

/** What a person should know before hours are spent, one sentence each. */
export function datasetWarnings({ duplicates, splits, classNames }: DatasetSummary): string[] {
  const warnings = duplicates.crossSplit.map(({ splits: [first, second], images }) => {
    const verb = images === 1 ? 'is' : 'are';
    return `${countOf(images, `${second} image`)} ${verb} also in ${first}: scores on ${second} may come out too good.`;
  });
  for (const { split, classCounts } of splits) {
    const empty = classNames.filter((_, index) => classCounts[index] === 0);
    if (empty.length > 0) warnings.push(`No ${split} images of ${listOf(empty, 3)}.`);
  }
  return warnings;
}

/** `2 groups of equal images, 3 surplus copies`; undefined without duplicates. */
export function duplicatesLine({
  duplicates: { groups, surplusCopies },
}: DatasetSummary): string | undefined {
  if (groups === 0) return undefined;
  const copies = countOf(surplusCopies, 'surplus copy', 'surplus copies');
  return `${countOf(groups, 'group')} of equal images, ${copies}`;
}

/** The summary as plain text with aligned columns, for reading. */
export function datasetReport(summary: DatasetSummary): string {
  const { name, path, format, task, imageSize, channels, bitDepth, splitSource } = summary;
  const facts = [
    ['Path', path],
    ['Format', FORMATS[format]],
    ['Task', task],
    ['Images', `${imageSize} x ${imageSize} px, ${channels === 1 ? 'grey' : 'RGB'}, ${bitDepth} bits`],
    ['Splits', splitSource === 'given' ? 'given by the dataset' : 'drawn 70 : 10 : 20, stratified by class'],
  ];
  const lines = [
    name,
    '',
    ...alignColumns(facts, ['left', 'left']),
    '',
    ...classTable(summary),
    '',
    'Duplicates',
    ...indent(duplicateLines(summary)),
    '',
    'Files left out',
    ...indent(skippedLines(summary)),
    '',
    ...warningLines(summary),
  ];
  return `${lines.join('\n').trimEnd()}\n`;
}

/** `a, b, c and 4 more` */
export function listOf(names: readonly string[], most: number): string {
  const named = names.slice(0, most).join(', ');
  return names.length > most ? `${named} and ${formatCount(names.length - most)} more` : named;
}

/** `1 file`, `1,234 files` */
export function countOf(amount: number, singular: string, plural = `${singular}s`): string {
  return `${formatCount(amount)} ${amount === 1 ? singular : plural}`;
}

export function formatCount(amount: number): string {
  return amount.toLocaleString('en-US');
}

/** The side divisible by 4 that is nearest to `side`, in px. */
export function nearestSide(side: number): number {
  return Math.max(8, Math.round(side / SIDE_DIVISOR) * SIDE_DIVISOR);
}

function classTable({ classNames, splits, task }: DatasetSummary): string[] {
  const row = (name: string, cells: readonly number[]): string[] => [
    name,
    ...cells.map(formatCount),
    formatCount(cells.reduce((sum, cell) => sum + cell, 0)),
  ];
  const majority = splits.map(({ majorityRate }) => `${(majorityRate * 100).toFixed(1)} %`);
  return alignColumns(
    [
      [task === 'multi-label' ? 'Label' : 'Class', ...splits.map(({ split }) => split), 'all'],
      ...classNames.map((name, index) =>
        row(
          name,
          splits.map(({ classCounts }) => classCounts[index]),
        ),
      ),
      row(
        'images',
        splits.map(({ count }) => count),
      ),
      ['majority', ...majority, ''],
    ],
    ['left', ...splits.map(() => 'right' as const), 'right'],
  );
}

function duplicateLines(summary: DatasetSummary): string[] {
  const line = duplicatesLine(summary);
  return [line === undefined ? 'No two images are equal.' : `${line}.`];
}

function skippedLines({ skippedFiles }: DatasetSummary): string[] {
  if (skippedFiles.length === 0) return ['None.'];
  return alignColumns(
    skippedFiles.map(({ file, reason }) => [file, reason]),
    ['left', 'left'],
  );
}

function warningLines(summary: DatasetSummary): string[] {
  const problem = blockingProblem(summary);
  const warnings = [...(problem === undefined ? [] : [problem]), ...datasetWarnings(summary)];
  return warnings.length === 0 ? [] : ['Warnings', ...indent(warnings)];
}

function indent(lines: readonly string[]): string[] {
  return lines.map((line) => `  ${line}`);
}

function alignColumns(rows: readonly (readonly string[])[], sides: readonly ('left' | 'right')[]): string[] {
  const widths = sides.map((_, column) => Math.max(...rows.map((cells) => cells[column].length)));
  return rows.map((cells) =>
    cells
      .map((cell, column) =>
        sides[column] === 'left' ? cell.padEnd(widths[column]) : cell.padStart(widths[column]),
      )
      .join('   ')
      .trimEnd(),
  );
}
