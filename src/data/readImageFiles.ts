import os from 'node:os';
import { TsyndError } from '../protocol/errors.ts';
import type { ImagePool } from './assembleDataset.ts';
import { throwIfCancelled, type OpenDatasetOptions, type SkippedFile } from './dataset.ts';
import { decodeImage, type DecodedImage } from './decodeImage.ts';
import { sha256Of } from './fileDigest.ts';
import { imageProblem, readImageBytes } from './imageBytes.ts';
import type { ImageFile, ImageFileSet } from './imageFiles.ts';
import { mapLimited } from './mapLimited.ts';

const MAX_CONCURRENT_FILES = 4;
const MAX_NAMED_FILES = 5;

type Files = Pick<ImageFileSet, 'path' | 'files'>;

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
  set: Files,
  imageSize: number,
  signal: AbortSignal | undefined,
): Promise<FileImages> {
  const { readable, unreadable } = await decodeFiles(set, imageSize, signal);
  if (unreadable.length > 0) throw unreadableError(set, unreadable);
  const form = { ...commonForm(readable), imageSize };
  const resized = readable.filter(({ image }) => image.storedSize.some((side) => side !== imageSize)).length;
  return { ...packPool(readable, form), channels: form.channels, resized };
}

export interface ReadImage {
  readonly file: ImageFile;
  readonly image: DecodedImage;
}

export interface DecodedFiles {
  /** SHA-256 of each file's bytes, in the set's order; empty for those without any. */
  readonly digests: readonly string[];
  readonly readable: readonly ReadImage[];
  readonly unreadable: readonly SkippedFile[];
}

/** Reads and decodes all files of a set, resized to `imageSize`. Throws TsyndError 'cancelled'. */
export async function decodeFiles(
  set: Files,
  imageSize: number,
  signal: AbortSignal | undefined,
  onProgress?: OpenDatasetOptions['onProgress'],
): Promise<DecodedFiles> {
  let done = 0;
  const results = await forEachFile(set, signal, async ({ absolutePath }) => {
    const result = await decodeFile(absolutePath, imageSize);
    onProgress?.(++done, set.files.length);
    return result;
  });
  const readable: ReadImage[] = [];
  const unreadable: SkippedFile[] = [];
  results.forEach(({ image, reason = 'unknown' }, index) => {
    const file = set.files[index];
    if (image) readable.push({ file, image });
    else unreadable.push({ file: file.file, reason });
  });
  return { digests: results.map(({ sha256 }) => sha256), readable, unreadable };
}

interface DecodedFile {
  readonly sha256: string;
  readonly image?: DecodedImage;
  readonly reason?: string;
}

async function decodeFile(filePath: string, size: number): Promise<DecodedFile> {
  let sha256 = '';
  try {
    const bytes = await readImageBytes(filePath);
    sha256 = sha256Of(bytes);
    return { sha256, image: await decodeImage(bytes, size) };
  } catch (error) {
    return { sha256, reason: imageProblem(error) };
  }
}

/** Results of an action on each file, a few at a time, in the set's order. Throws TsyndError 'cancelled'. */
export function forEachFile<R>(
  set: Files,
  signal: AbortSignal | undefined,
  action: (file: ImageFile) => Promise<R>,
): Promise<R[]> {
  return mapLimited(set.files, Math.min(MAX_CONCURRENT_FILES, os.availableParallelism()), (file) => {
    throwIfCancelled(signal, `Reading ${set.path}`);
    return action(file);
  });
}

/** TsyndError 'image/unreadable' that names the first files. */
export function unreadableError(set: Files, unreadable: readonly SkippedFile[]): TsyndError {
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

/** What all images of a pool have in common. */
export interface PoolForm {
  readonly channels: 1 | 3;
  readonly is16Bit: boolean;
  readonly imageSize: number;
}

/** One channel if all images are grey, 16 bits if all have 16 bits. */
export function commonForm(images: readonly ReadImage[]): Omit<PoolForm, 'imageSize'> {
  return {
    channels: images.every(({ image }) => image.channels === 1) ? 1 : 3,
    is16Bit: images.length > 0 && images.every(({ image }) => image.pixels instanceof Uint16Array),
  };
}

/** The images as one array [N, C, H, W]. */
export function packPool(
  members: readonly ReadImage[],
  { channels, is16Bit, imageSize }: PoolForm,
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
