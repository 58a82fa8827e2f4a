import path from 'node:path';
import { gatherRows } from '../../data/batch.ts';
import { listCsvImages } from '../../data/csvDataset.ts';
import { EXPORT_NAMES } from '../../data/exportNames.ts';
import { listFolderImages } from '../../data/folderDataset.ts';
import type { ImageFileSet } from '../../data/imageFiles.ts';
import { readNpzTraining } from '../../data/npzTraining.ts';
import { datasetFormat } from '../../data/openDataset.ts';
import { readIfPresent } from '../../data/readIfPresent.ts';
import { readImageFiles } from '../../data/readImageFiles.ts';
import { TsyndError } from '../../protocol/errors.ts';
import {
  exportFacts,
  parentOfLine,
  readExportLines,
  type ExportFacts,
  type ExportLine,
} from './exportLines.ts';
import type { RawPool } from './rawPool.ts';

interface PoolOptions {
  readonly imageSize: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * The synthetic images of a dataset on the disk: of a curated export those that it marks as synthetic, of any other
 * dataset its training images, or all where it has no splits. Nothing is drawn.
 *
 * Throws TsyndError 'settings/invalid' for an export without synthetic images, 'dataset/invalid' for one that does not
 * tell which they are, 'image/unreadable', and what the readers of datasets throw.
 */
export async function readDatasetPool(poolPath: string, options: PoolOptions): Promise<RawPool> {
  switch (await datasetFormat(poolPath)) {
    case 'npz':
      return readArchive(poolPath, options);
    case 'folder':
      return readFiles(await listFolderImages(poolPath, options.signal), poolPath, options);
    case 'csv':
      return readFiles(await listCsvImages(poolPath, options.signal), path.dirname(poolPath), options);
  }
}

async function readArchive(poolPath: string, { imageSize }: PoolOptions): Promise<RawPool> {
  const members = [EXPORT_NAMES.metadata, EXPORT_NAMES.facts];
  const { texts, synthetic, ...train } = await readNpzTraining(poolPath, imageSize, members);
  const flags = synthetic && Array.from(synthetic);
  const rows = Array.from({ length: train.count }, (_, row) => row).filter((row) => flags?.[row] !== 0);
  if (rows.length === 0) throw nothingSynthetic(poolPath);
  const facts = exportFacts(texts.get(EXPORT_NAMES.facts));
  const lines = readExportLines(texts.get(EXPORT_NAMES.metadata) ?? '', poolPath).filter(
    ({ split }) => split === 'train',
  );
  const pixelWidth = train.pixels.length / train.count;
  const labelWidth = train.labels.length / train.count;
  return {
    ...train,
    count: rows.length,
    pixels: gatherRows(train.pixels, pixelWidth, rows),
    labels: gatherRows(train.labels, labelWidth, rows),
    origins: rows.map((row) => `train row ${row}`),
    derivation: derivationOf(
      facts,
      rows.map((row) => lines[row]),
    ),
    warnings: [],
  };
}

/** @param root the folder of the dataset, in which an export describes itself */
async function readFiles(
  set: ImageFileSet,
  root: string,
  { imageSize, signal }: PoolOptions,
): Promise<RawPool> {
  const training = set.files.filter(({ split }) => split === undefined || split === 'train');
  const facts = exportFacts((await readIfPresent(path.join(root, EXPORT_NAMES.facts)))?.toString());
  const lines = await linesByFile(training.map(({ absolutePath }) => absolutePath));
  const marked = facts !== undefined || lines.size > 0;
  if (marked && lines.size === 0 && training.length > 0) {
    throw new TsyndError(
      'dataset/invalid',
      `${root} was exported, but does not tell which images are synthetic.`,
      {
        remedy: `Export it again, so that its folders have their ${EXPORT_NAMES.metadata}.`,
      },
    );
  }
  const files = training.filter(({ absolutePath }) => !marked || lines.get(absolutePath)?.synthetic === true);
  if (files.length === 0) throw marked ? nothingSynthetic(root) : noTrainingImages(root);
  const images = await readImageFiles({ path: set.path, files }, imageSize, signal);
  return {
    ...images,
    classNames: set.classNames,
    origins: files.map(({ file }) => file),
    derivation: derivationOf(
      facts,
      files.map(({ absolutePath }) => lines.get(absolutePath)),
    ),
    warnings: skippedWarning(set),
  };
}

/** What exports say of files, by the `metadata.jsonl` two folders above each: a split's, or one of a folder in it. */
async function linesByFile(files: readonly string[]): Promise<Map<string, ExportLine>> {
  const folders = new Set(files.map((file) => path.dirname(path.dirname(file))));
  const found = new Map<string, ExportLine>();
  for (const folder of folders) {
    const metadata = path.join(folder, EXPORT_NAMES.metadata);
    const text = (await readIfPresent(metadata))?.toString();
    for (const line of readExportLines(text ?? '', metadata)) {
      if (line.file_name !== undefined) found.set(path.resolve(folder, line.file_name), line);
    }
  }
  return found;
}

function derivationOf(
  facts: ExportFacts | undefined,
  lines: readonly (ExportLine | undefined)[],
): RawPool['derivation'] {
  const parents = lines.map((line) => line && parentOfLine(line)).filter((parent) => parent !== undefined);
  if (!facts || parents.length < lines.length) return undefined;
  return { sha256: facts.dataset.sha256, parents };
}

function skippedWarning({ skippedFiles }: ImageFileSet): string[] {
  if (skippedFiles.length === 0) return [];
  const [{ file, reason }] = skippedFiles;
  const others = skippedFiles.length > 1 ? ` and ${skippedFiles.length - 1} more` : '';
  return [`Of the pool, ${file}${others} was left out (${reason}).`];
}

function nothingSynthetic(place: string): TsyndError {
  return new TsyndError('settings/invalid', `The export ${place} has no synthetic training image.`, {
    remedy: 'Export a run with accepted samples, or choose another pool.',
  });
}

function noTrainingImages(place: string): TsyndError {
  return new TsyndError('settings/invalid', `The pool ${place} has no training image.`, {
    remedy: 'Put its images into class folders, without splits or in a train folder.',
  });
}
