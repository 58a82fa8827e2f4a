import { createHash } from 'node:crypto';
import path from 'node:path';

import { TsyndError } from '../protocol/errors.ts';
import { assembleDataset, type ImagePool } from './assembleDataset.ts';
import {
  SPLIT_NAMES,
  type Dataset,
  type OpenDatasetOptions,
  type SkippedFile,
  type SplitName,
} from './dataset.ts';
import { sha256Of } from './fileDigest.ts';
import { readImageBytes } from './imageBytes.ts';
import { commonForm, decodeFiles, forEachFile, packPool, unreadableError } from './readImageFiles.ts';

/** Side of the images where none is asked for: MedMNIST's. */
export const DEFAULT_IMAGE_SIZE = 28;

const IMAGE_EXTENSIONS: ReadonlySet<string> = new Set([
  '.png',
  '.jpg',
  '.jpeg',
  '.webp',
  '.tif',
  '.tiff',
  '.bmp',
]);

/** An image file that a reader found. */
export interface ImageFile {
  /** Relative to the dataset's folder, with `/`. */
  readonly file: string;
  readonly absolutePath: string;
  /** Position in the class names. */
  readonly label: number;
  /** Undefined for all files of a dataset without splits. */
  readonly split: SplitName | undefined;
}

export interface ImageFileSet {
  readonly name: string;
  readonly path: string;
  readonly format: 'folder' | 'csv';
  readonly classNames: readonly string[];
  readonly files: readonly ImageFile[];
  readonly skippedFiles: readonly SkippedFile[];
  /** What counts for the checksum beside the images: the bytes of the CSV file. */
  readonly listBytes?: Uint8Array;
}

export function isImagePath(filePath: string): boolean {
  return IMAGE_EXTENSIONS.has(path.extname(filePath).toLowerCase());
}

/** Class names in the order of their indices: by number where all are whole numbers, otherwise by code point. */
export function sortClassNames(names: Iterable<string>): string[] {
  const unique = [...new Set(names)];
  return unique.every((name) => /^\d+$/.test(name))
    ? unique.sort((a, b) => Number(a) - Number(b) || compareText(a, b))
    : unique.sort(compareText);
}

/** Order by UTF-16 code unit, the same in every language setting. */
export function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/**
 * Decodes image files into a dataset, resized to `imageSize`: one channel if all images are grey, 16 bits if all have
 * 16 bits. Throws TsyndError 'image/unreadable' naming the files that cannot be read, unless `skipUnreadable` asks to
 * leave them out; and what `assembleDataset` throws.
 */
export async function loadImageFiles(set: ImageFileSet, options: OpenDatasetOptions): Promise<Dataset> {
  const imageSize = options.imageSize ?? DEFAULT_IMAGE_SIZE;
  const { digests, readable, unreadable } = await decodeFiles(
    set,
    imageSize,
    options.signal,
    options.onProgress,
  );
  if (unreadable.length > 0 && !options.skipUnreadable) throw unreadableError(set, unreadable);
  const form = { ...commonForm(readable), imageSize };
  const poolOf = (split: SplitName): ImagePool | undefined => {
    const isMember = (file: ImageFile): boolean => (file.split ?? 'train') === split;
    if (!set.files.some(isMember)) return undefined;
    const members = readable.filter(({ file }) => isMember(file));
    if (members.length > 0) return packPool(members, form);
    throw new TsyndError('dataset/invalid', `None of the ${split} images of ${set.path} can be read.`, {
      remedy: 'Replace the images, or check that they are what their names say.',
    });
  };
  const [train, val, test] = SPLIT_NAMES.map(poolOf);
  if (!train) {
    throw new TsyndError('dataset/invalid', `${set.path} has no training images.`, {
      remedy: 'Add images, or check the names of the splits (train, val, test).',
    });
  }
  return assembleDataset(
    {
      name: set.name,
      path: set.path,
      format: set.format,
      sha256: combinedSha256(set, digests),
      task: set.classNames.length === 2 ? 'binary-class' : 'multi-class',
      classNames: set.classNames,
      channels: form.channels,
      imageSize,
      skippedFiles: [...set.skippedFiles, ...unreadable].sort((a, b) => compareText(a.file, b.file)),
    },
    { train, ...(val && { val }), ...(test && { test }) },
    options.seed,
  );
}

/** The checksum that `loadImageFiles` gives the dataset, from the files' bytes alone; nothing is decoded. */
export async function hashImageFiles(set: ImageFileSet, signal: AbortSignal | undefined): Promise<string> {
  const digests = await forEachFile(set, signal, async ({ absolutePath }) => {
    const bytes = await readImageBytes(absolutePath).catch(() => undefined);
    return bytes === undefined ? '' : sha256Of(bytes);
  });
  return combinedSha256(set, digests);
}

/** SHA-256 over the CSV file, if any, and one line "path NUL sha256 LF" for each image file, sorted by path. */
function combinedSha256(set: ImageFileSet, digests: readonly string[]): string {
  const lines = set.files.map(({ file }, index) => `${file}\0${digests[index]}\n`).sort(compareText);
  const hash = createHash('sha256');
  if (set.listBytes) hash.update(set.listBytes);
  for (const line of lines) hash.update(line);
  return hash.digest('hex');
}
