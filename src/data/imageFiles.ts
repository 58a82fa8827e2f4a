import { createHash } from 'node:crypto';
import os from 'node:os';
import path from 'node:path';

import { TsyndError } from '../protocol/errors.ts';
import { assembleDataset, type ImagePool } from './assembleDataset.ts';
import {
  SPLIT_NAMES,
  throwIfCancelled,
  type Dataset,
  type OpenDatasetOptions,
  type SkippedFile,
  type SplitName,
} from './dataset.ts';
import { decodeImage, type DecodedImage } from './decodeImage.ts';
import { imageProblem, readImageBytes } from './imageBytes.ts';
import { mapLimited } from './mapLimited.ts';

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
const MAX_CONCURRENT_FILES = 4;
const MAX_NAMED_FILES = 5;

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
  const results = await readAll(set, imageSize, options.signal, options.onProgress);
  const readable: ReadImage[] = [];
  const unreadable: SkippedFile[] = [];
  results.forEach(({ image, reason }, index) => {
    const file = set.files[index];
    if (image) readable.push({ file, image });
    else unreadable.push({ file: file.file, reason: reason ?? 'unknown' });
  });
  if (unreadable.length > 0 && !options.skipUnreadable) throw unreadableError(set, unreadable);
  const { channels, is16Bit } = commonForm(readable);
  const poolOf = (split: SplitName): ImagePool | undefined => {
    const isMember = (file: ImageFile): boolean => (file.split ?? 'train') === split;
    if (!set.files.some(isMember)) return undefined;
    const members = readable.filter(({ file }) => isMember(file));
    if (members.length > 0) return packPool(members, channels, imageSize, is16Bit);
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
      sha256: combinedSha256(set, results),
      task: set.classNames.length === 2 ? 'binary-class' : 'multi-class',
      classNames: set.classNames,
      channels,
      imageSize,
      skippedFiles: [...set.skippedFiles, ...unreadable].sort((a, b) => compareText(a.file, b.file)),
    },
    { train, ...(val && { val }), ...(test && { test }) },
    options.seed,
  );
}

export interface FileImages extends ImagePool {
  readonly channels: 1 | 3;
  /** How many had another size. */
  readonly resized: number;
}

/**
 * All images of a set in its order, as a dataset would hold them, whatever split and class they are of. Throws TsyndError
 * 'image/unreadable' naming the files that cannot be read.
 */
export async function readImageFiles(
  set: Pick<ImageFileSet, 'path' | 'files'>,
  imageSize: number,
  signal: AbortSignal | undefined,
): Promise<FileImages> {
  const results = await readAll(set, imageSize, signal);
  const readable: ReadImage[] = [];
  const unreadable: SkippedFile[] = [];
  results.forEach(({ image, reason = 'unknown' }, index) => {
    const file = set.files[index];
    if (image) readable.push({ file, image });
    else unreadable.push({ file: file.file, reason });
  });
  if (unreadable.length > 0) throw unreadableError(set, unreadable);
  const { channels, is16Bit } = commonForm(readable);
  const resized = readable.filter(({ image }) => image.storedSize.some((side) => side !== imageSize)).length;
  return { ...packPool(readable, channels, imageSize, is16Bit), channels, resized };
}

interface ReadImage {
  readonly file: ImageFile;
  readonly image: DecodedImage;
}

/** One channel if all images are grey, 16 bits if all have 16 bits. */
function commonForm(images: readonly ReadImage[]): { channels: 1 | 3; is16Bit: boolean } {
  return {
    channels: images.every(({ image }) => image.channels === 1) ? 1 : 3,
    is16Bit: images.length > 0 && images.every(({ image }) => image.pixels instanceof Uint16Array),
  };
}

interface ReadResult {
  readonly sha256: string;
  readonly image?: DecodedImage;
  readonly reason?: string;
}

function readAll(
  set: Pick<ImageFileSet, 'path' | 'files'>,
  size: number,
  signal: AbortSignal | undefined,
  onProgress?: OpenDatasetOptions['onProgress'],
): Promise<ReadResult[]> {
  let done = 0;
  return forEachFile(set, signal, async ({ absolutePath }) => {
    const result = await readOne(absolutePath, size);
    onProgress?.(++done, set.files.length);
    return result;
  });
}

async function readOne(filePath: string, size: number): Promise<ReadResult> {
  let sha256 = '';
  try {
    const bytes = await readImageBytes(filePath);
    sha256 = createHash('sha256').update(bytes).digest('hex');
    return { sha256, image: await decodeImage(bytes, size) };
  } catch (error) {
    return { sha256, reason: imageProblem(error) };
  }
}

/** The checksum that `loadImageFiles` gives the dataset, from the files' bytes alone; nothing is decoded. */
export async function hashImageFiles(set: ImageFileSet, signal: AbortSignal | undefined): Promise<string> {
  const results = await forEachFile(set, signal, async ({ absolutePath }) => {
    const bytes = await readImageBytes(absolutePath).catch(() => undefined);
    return { sha256: bytes === undefined ? '' : createHash('sha256').update(bytes).digest('hex') };
  });
  return combinedSha256(set, results);
}

function forEachFile<R>(
  set: Pick<ImageFileSet, 'path' | 'files'>,
  signal: AbortSignal | undefined,
  action: (file: ImageFile) => Promise<R>,
): Promise<R[]> {
  return mapLimited(set.files, Math.min(MAX_CONCURRENT_FILES, os.availableParallelism()), (file) => {
    throwIfCancelled(signal, `Reading ${set.path}`);
    return action(file);
  });
}

function unreadableError(
  set: Pick<ImageFileSet, 'path' | 'files'>,
  unreadable: readonly SkippedFile[],
): TsyndError {
  const named = unreadable.slice(0, MAX_NAMED_FILES).map(({ file, reason }) => `${file} (${reason})`);
  const rest = unreadable.length - named.length;
  return new TsyndError(
    'image/unreadable',
    `${unreadable.length} of ${set.files.length} images in ${set.path} cannot be read: ${named.join(', ')}` +
      `${rest > 0 ? ` and ${rest} more` : ''}.`,
    {
      remedy: 'Replace or remove them, or leave them out (on the command line: --skip-unreadable).',
      details: { files: unreadable },
    },
  );
}

function packPool(
  members: readonly ReadImage[],
  channels: 1 | 3,
  imageSize: number,
  is16Bit: boolean,
): ImagePool {
  const area = imageSize * imageSize;
  const length = members.length * channels * area;
  const pixels = is16Bit ? new Uint16Array(length) : new Uint8Array(length);
  members.forEach(({ image }, index) => {
    const values = is16Bit ? image.pixels : to8Bit(image.pixels);
    for (let channel = 0; channel < channels; channel++) {
      const source = image.channels === 1 ? 0 : channel * area;
      pixels.set(values.subarray(source, source + area), (index * channels + channel) * area);
    }
  });
  return {
    count: members.length,
    pixels,
    maxValue: is16Bit ? 65535 : 255,
    labels: Int32Array.from(members, ({ file }) => file.label),
    files: members.map(({ file }) => file.file),
  };
}

function to8Bit(values: Uint8Array | Uint16Array): Uint8Array {
  return values instanceof Uint8Array ? values : Uint8Array.from(values, (value) => Math.round(value / 257));
}

/** SHA-256 over the CSV file, if any, and one line "path NUL sha256 LF" for each image file, sorted by path. */
function combinedSha256(set: ImageFileSet, results: readonly { readonly sha256: string }[]): string {
  const lines = set.files.map(({ file }, index) => `${file}\0${results[index].sha256}\n`).sort(compareText);
  const hash = createHash('sha256');
  if (set.listBytes) hash.update(set.listBytes);
  for (const line of lines) hash.update(line);
  return hash.digest('hex');
}
