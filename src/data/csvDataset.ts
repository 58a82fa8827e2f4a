import { access, readFile } from 'node:fs/promises';
import path from 'node:path';

import { CsvError, parse } from 'csv-parse/sync';
import { z } from 'zod';

import { TsyndError } from '../protocol/errors.ts';
import { throwIfCancelled, type Dataset, type OpenDatasetOptions, type SplitName } from './dataset.ts';
import { loadImageFiles, sortClassNames, type ImageFile, type ImageFileSet } from './imageFiles.ts';

const SPLITS: ReadonlyMap<string, SplitName> = new Map([
  ['train', 'train'],
  ['val', 'val'],
  ['valid', 'val'],
  ['validation', 'val'],
  ['test', 'test'],
]);

const HEADER_REMEDY = 'Begin the file with the line "path,label" or "path,label,split".';

/** csv-parse's records with `info`: the fields, and the line that the record ends in. */
const recordsSchema = z.array(
  z.object({ record: z.record(z.string(), z.string()), info: z.object({ lines: z.number() }) }),
);

/** A line of the file. */
export interface CsvRow {
  readonly line: number;
  /** As it stands in the file, with `/`. */
  readonly file: string;
  readonly absolutePath: string;
  readonly label: string;
  readonly split: SplitName | undefined;
}

/**
 * Reads a CSV file (RFC 4180, UTF-8) with the columns `path`, `label` and, if wanted, `split` (train, val or test).
 * Paths are relative to the CSV file, or absolute; other columns are ignored.
 *
 * Throws TsyndError 'csv/invalid' naming the line, and what `loadImageFiles` throws.
 */
export async function openCsvDataset(csvPath: string, options: OpenDatasetOptions): Promise<Dataset> {
  return loadImageFiles(await listCsvImages(csvPath, options.signal), options);
}

/** The images that a CSV file lists, before any is read. Throws TsyndError 'csv/invalid' and 'dataset/unreadable'. */
export async function listCsvImages(csvPath: string, signal: AbortSignal | undefined): Promise<ImageFileSet> {
  const absoluteCsv = path.resolve(csvPath);
  const { rows, bytes } = await readCsv(absoluteCsv);
  checkDuplicates(rows, absoluteCsv);
  await checkExistence(rows, absoluteCsv, signal);

  const classNames = sortClassNames(rows.map(({ label }) => label));
  const files: ImageFile[] = rows.map(({ file, absolutePath, label, split }) => ({
    file,
    absolutePath,
    label: classNames.indexOf(label),
    split,
  }));
  const name = path.basename(absoluteCsv, path.extname(absoluteCsv));
  return { name, path: absoluteCsv, format: 'csv', classNames, files, skippedFiles: [], listBytes: bytes };
}

/** What a CSV file lists, whether the images are there or not. Throws like `listCsvImages`. */
export async function readCsvRows(csvPath: string): Promise<readonly CsvRow[]> {
  return (await readCsv(path.resolve(csvPath))).rows;
}

async function readCsv(csvPath: string): Promise<{ rows: readonly CsvRow[]; bytes: Buffer }> {
  const bytes = await readFile(csvPath).catch((error: unknown) => {
    throw new TsyndError('dataset/unreadable', `${csvPath} cannot be read: ${String(error)}.`, {
      remedy: 'Check the path and its permissions.',
      cause: error,
    });
  });
  return { rows: parseRows(bytes, csvPath), bytes };
}

function parseRows(bytes: Buffer, csvPath: string): CsvRow[] {
  let columns: string[] = [];
  const normalizeHeader = (header: string[]): string[] => {
    columns = header.map((column) => column.trim().toLowerCase());
    return columns;
  };
  let parsed: unknown;
  try {
    parsed = parse(bytes, {
      bom: true,
      columns: normalizeHeader,
      info: true,
      skip_empty_lines: true,
      trim: true,
    });
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw invalid(csvPath, undefined, error.message.replace(/\.$/, ''), 'Mend that line of the file.');
  }
  for (const column of ['path', 'label']) {
    if (!columns.includes(column)) throw invalid(csvPath, 1, `there is no column "${column}"`, HEADER_REMEDY);
  }
  const records = recordsSchema.parse(parsed);
  if (records.length === 0) throw invalid(csvPath, undefined, 'it lists no images', 'Add one line an image.');
  const folder = path.dirname(csvPath);
  return records.map(({ record, info }) =>
    parseRow(record, info.lines, columns.includes('split'), folder, csvPath),
  );
}

function parseRow(
  record: Readonly<Record<string, string>>,
  line: number,
  hasSplits: boolean,
  folder: string,
  csvPath: string,
): CsvRow {
  const { label } = record;
  // Backslashes are separators everywhere, so that a list made on Windows is read elsewhere.
  const file = record.path.replaceAll('\\', '/');
  if (file === '') throw invalid(csvPath, line, 'the path is empty', 'Fill it in, or remove the line.');
  if (label === '') throw invalid(csvPath, line, `${file} has no label`, 'Fill it in, or remove the line.');
  const split = hasSplits ? SPLITS.get(record.split.toLowerCase()) : undefined;
  if (hasSplits && split === undefined) {
    const what = record.split === '' ? 'the split is empty' : `"${record.split}" is not a split`;
    throw invalid(csvPath, line, what, 'Use train, val or test in every line, or leave the column out.');
  }
  return { line, file, absolutePath: path.resolve(folder, file), label, split };
}

function checkDuplicates(rows: readonly CsvRow[], csvPath: string): void {
  const lineOf = new Map<string, number>();
  for (const { absolutePath, file, line } of rows) {
    const first = lineOf.get(absolutePath);
    if (first !== undefined) {
      throw invalid(
        csvPath,
        line,
        `${file} is already listed in line ${first}`,
        'Remove one of the two lines.',
      );
    }
    lineOf.set(absolutePath, line);
  }
}

async function checkExistence(
  rows: readonly CsvRow[],
  csvPath: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  const missing: CsvRow[] = [];
  for (const row of rows) {
    throwIfCancelled(signal, `Reading ${csvPath}`);
    const exists = await access(row.absolutePath).then(
      () => true,
      () => false,
    );
    if (!exists) missing.push(row);
  }
  if (missing.length === 0) return;
  const others = missing.length > 1 ? ` (${missing.length} listed files are missing)` : '';
  throw invalid(
    csvPath,
    missing[0].line,
    `the file ${missing[0].file} is not there${others}`,
    'Paths are relative to the folder of the CSV file: mend the paths or remove the lines.',
  );
}

function invalid(csvPath: string, line: number | undefined, reason: string, remedy: string): TsyndError {
  const where = line === undefined ? csvPath : `${csvPath}, line ${line}`;
  return new TsyndError('csv/invalid', `${where}: ${reason}.`, { remedy, details: { file: csvPath, line } });
}
