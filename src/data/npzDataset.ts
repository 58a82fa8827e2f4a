import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import path from 'node:path';

import { z } from 'zod';

import { TsyndError } from '../protocol/errors.ts';
import { assembleDataset, type ImagePool, type ImagePools } from './assembleDataset.ts';
import {
  throwIfCancelled,
  type Dataset,
  type ImageSource,
  type OpenDatasetOptions,
  type PixelArray,
  type Task,
} from './dataset.ts';
import { medmnistOfFile } from './medmnist.ts';
import { parseNpy, type NpyArray } from './npy.ts';
import { readNpzHeaders, type SplitHeaders } from './npzHeaders.ts';
import { resizeImages } from './resize.ts';
import { openZip, type ZipArchive } from './zipArchive.ts';

/**
 * Reads an archive in MedMNIST's layout: `{train,val,test}_images` [N, H, W] or [N, H, W, 3] (uint8, uint16, or
 * floats in [0, 1]) and `{train,val,test}_labels` [N, 1] or [N] class indices, or [N, L] of 0 and 1 (multi-label).
 * Splits that are missing are drawn from the training images. Classes have the names of `class_names.json`, a list in
 * the archive that exported sets have, or those that known MedMNIST files give them.
 *
 * Throws TsyndError 'archive/...' for what is not such an archive and 'dataset/invalid' for wrong contents.
 */
export async function openNpzDataset(npzPath: string, options: OpenDatasetOptions): Promise<Dataset> {
  const filePath = path.resolve(npzPath);
  const archive = await openZip(filePath);
  try {
    return await readDataset(archive, options);
  } finally {
    archive.close();
  }
}

async function readDataset(archive: ZipArchive, options: OpenDatasetOptions): Promise<Dataset> {
  const headers = await readNpzHeaders(archive);
  const [{ shape, labelWidth }] = headers;
  if (shape.height !== shape.width && options.imageSize === undefined) {
    throw new TsyndError(
      'dataset/invalid',
      `${archive.path}: the images are not square (${shape.height} x ${shape.width}).`,
      { remedy: 'Choose an image size, to which they are resized (on the command line: --image-size).' },
    );
  }
  const imageSize = options.imageSize ?? shape.height;
  const pools = await readPools(archive, headers, imageSize, options);
  return assembleDataset(
    {
      name: path.basename(archive.path, path.extname(archive.path)),
      path: archive.path,
      format: 'npz',
      sha256: await sha256OfFile(archive.path, options.signal),
      ...namesAndTask(archive.path, pools, labelWidth, await storedNames(archive)),
      channels: shape.channels,
      imageSize,
      skippedFiles: [],
    },
    pools,
    options.seed,
  );
}

/** The training images of an archive on their own, whatever else is in it. */
export interface NpzTraining extends ImagePool {
  readonly channels: 1 | 3;
  /** How many had another size. */
  readonly resized: number;
  /** For multi-label [L] names of the labels. */
  readonly classNames: readonly string[];
  /** [N] 1 for synthetic images, in the archives that say so. */
  readonly synthetic: ArrayLike<number> | undefined;
  /** Members that are no arrays, as far as they were asked for and are there. */
  readonly texts: ReadonlyMap<string, string>;
}

/** The member of an exported archive that marks the synthetic images of `train`. */
export const TRAIN_SYNTHETIC = 'train_synthetic.npy';

/**
 * The training images of an archive, resized to `imageSize`, with the text of those of its members in `texts` that it
 * has. No split is drawn. Throws like `openNpzDataset`.
 */
export async function readNpzTraining(
  npzPath: string,
  imageSize: number,
  texts: readonly string[] = [],
): Promise<NpzTraining> {
  const archive = await openZip(path.resolve(npzPath));
  try {
    const [header] = await readNpzHeaders(archive);
    const train = await readPool(archive, header, imageSize);
    const found = texts.filter((name) => archive.names.includes(name));
    const contents = found.map(async (name) => [name, (await archive.read(name)).toString()] as const);
    return {
      ...train,
      channels: header.shape.channels,
      resized: [header.shape.width, header.shape.height].every((side) => side === imageSize)
        ? 0
        : train.count,
      classNames: namesAndTask(archive.path, { train }, header.labelWidth, await storedNames(archive))
        .classNames,
      synthetic: await readFlags(archive, train.count),
      texts: new Map(await Promise.all(contents)),
    };
  } finally {
    archive.close();
  }
}

async function readFlags(archive: ZipArchive, count: number): Promise<ArrayLike<number> | undefined> {
  if (!archive.names.includes(TRAIN_SYNTHETIC)) return undefined;
  const { data, shape } = parseNpy(
    await archive.read(TRAIN_SYNTHETIC),
    `${TRAIN_SYNTHETIC} in ${archive.path}`,
  );
  if (shape.length === 1 && shape[0] === count) return data;
  throw invalid(
    `${archive.path}: ${TRAIN_SYNTHETIC} does not have one value an image`,
    'Export the set again.',
  );
}

/** One image of an archive as it is stored, interleaved [H, W, C]. */
export interface StoredImage {
  readonly pixels: PixelArray;
  readonly maxValue: number;
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
}

/**
 * The image that a source of `openNpzDataset` names, at its own size; unlike for that, it need not be square. Throws
 * like that, and RangeError for a row that is not there.
 */
export async function readNpzImage(
  npzPath: string,
  { split, index: row }: Pick<ImageSource, 'split' | 'index'>,
): Promise<StoredImage> {
  const archive = await openZip(path.resolve(npzPath));
  try {
    const headers = await readNpzHeaders(archive);
    // Splits that are not in the archive were drawn from the training images.
    const header = headers.find((candidate) => candidate.split === split) ?? headers[0];
    const { count, width, height, channels } = header.shape;
    const array = `${header.split}_images`;
    if (!Number.isInteger(row) || row < 0 || row >= count) {
      throw new RangeError(`Row ${row} is outside the ${count} rows of ${array} in ${archive.path}.`);
    }
    const name = `${archive.path}: ${array}`;
    const { pixels, maxValue } = toPixels(parseNpy(await archive.read(`${array}.npy`), name), name);
    const length = width * height * channels;
    return { pixels: pixels.slice(row * length, (row + 1) * length), maxValue, width, height, channels };
  } finally {
    archive.close();
  }
}

async function readPools(
  archive: ZipArchive,
  headers: readonly SplitHeaders[],
  imageSize: number,
  options: OpenDatasetOptions,
): Promise<ImagePools> {
  const [train, ...others] = headers;
  let done = 0;
  const read = async (header: SplitHeaders): Promise<ImagePool> => {
    throwIfCancelled(options.signal, `Reading ${archive.path}`);
    const pool = await readPool(archive, header, imageSize);
    options.onProgress?.(++done, headers.length);
    return pool;
  };
  const pools: { train: ImagePool; val?: ImagePool; test?: ImagePool } = { train: await read(train) };
  for (const header of others) pools[header.split] = await read(header);
  return pools;
}

async function readPool(archive: ZipArchive, header: SplitHeaders, imageSize: number): Promise<ImagePool> {
  const { split, shape, labelWidth } = header;
  const arrayOf = async (name: string): Promise<NpyArray> =>
    parseNpy(await archive.read(`${name}.npy`), `${name} in ${archive.path}`);
  const labels = toLabels(await arrayOf(`${split}_labels`), labelWidth, `${archive.path}: ${split}_labels`);
  const { pixels, maxValue } = toPixels(await arrayOf(`${split}_images`), `${archive.path}: ${split}_images`);
  const resized = await resizeImages(pixels, shape, imageSize);
  return { count: shape.count, pixels: toPlanar(resized, shape.count, shape.channels), maxValue, labels };
}

function toPixels({ data, type }: NpyArray, where: string): { pixels: PixelArray; maxValue: number } {
  if (type === 'u1' && data instanceof Uint8Array) return { pixels: data, maxValue: 255 };
  if (data instanceof Uint16Array) return { pixels: data, maxValue: 65535 };
  if (!(data instanceof Float32Array || data instanceof Float64Array) || type === 'i8' || type === 'u8') {
    throw invalid(
      `${where} has element type ${type}`,
      'Save the images as uint8, uint16, or floats in [0, 1].',
    );
  }
  const outside = data.findIndex((value) => !(value >= 0 && value <= 1));
  if (outside >= 0) {
    throw invalid(
      `${where} holds ${data[outside]} at position ${outside}, outside [0, 1]`,
      'Scale float images to the range from 0 to 1, or save them as uint8.',
    );
  }
  return { pixels: data instanceof Float32Array ? data : Float32Array.from(data), maxValue: 1 };
}

function toLabels({ data }: NpyArray, labelWidth: number, where: string): Int32Array {
  const highest = labelWidth > 1 ? 1 : 2 ** 31 - 1;
  const wrong = data.findIndex((value) => !(Number.isInteger(value) && value >= 0 && value <= highest));
  if (wrong < 0) return Int32Array.from(data);
  const row = Math.floor(wrong / labelWidth);
  throw labelWidth > 1
    ? invalid(
        `${where} holds ${data[wrong]} in row ${row}, where multi-label needs 0 or 1`,
        'Mend the labels.',
      )
    : invalid(
        `${where} holds ${data[wrong]} in row ${row}, which is not a class index`,
        'Number the classes from 0.',
      );
}

/** [N, H, W, C] to [N, C, H, W]. */
function toPlanar(pixels: PixelArray, count: number, channels: 1 | 3): PixelArray {
  if (channels === 1) return pixels;
  const planar = pixels.slice();
  const area = pixels.length / count / channels;
  for (let target = 0; target < planar.length; target++) {
    const position = target % area;
    const channel = Math.floor(target / area) % channels;
    const image = Math.floor(target / (area * channels));
    planar[target] = pixels[(image * area + position) * channels + channel];
  }
  return planar;
}

function namesAndTask(
  filePath: string,
  pools: ImagePools,
  labelWidth: number,
  stored: readonly string[] | undefined,
): { classNames: readonly string[]; task: Task } {
  const isMultiLabel = labelWidth > 1;
  const used = isMultiLabel ? labelWidth : countClasses(filePath, pools);
  if (stored) {
    // A class without an image has a name all the same.
    if (isMultiLabel ? stored.length === used : stored.length >= used)
      return { classNames: stored, task: taskOf(isMultiLabel, stored.length) };
    throw invalid(
      `${filePath}: ${CLASS_NAMES} names ${stored.length} classes, and the labels need ${used}`,
      'Export the set again.',
    );
  }
  const classCount = used;
  const known = medmnistOfFile(path.basename(filePath));
  if (known?.classNames.length === classCount && (known.task === 'multi-label') === isMultiLabel) {
    return { classNames: known.classNames, task: known.task };
  }
  const classNames = Array.from({ length: classCount }, (_, index) => String(index));
  return { classNames, task: taskOf(isMultiLabel, classCount) };
}

function taskOf(isMultiLabel: boolean, classCount: number): Task {
  if (isMultiLabel) return 'multi-label';
  return classCount === 2 ? 'binary-class' : 'multi-class';
}

/** The member of an exported archive that names its classes in the order of their indices. */
export const CLASS_NAMES = 'class_names.json';
const MAX_CLASS_NAMES_BYTES = 2 ** 20;

async function storedNames(archive: ZipArchive): Promise<readonly string[] | undefined> {
  if (!archive.names.includes(CLASS_NAMES)) return undefined;
  const names = z.array(z.string().min(1)).min(1);
  if (archive.sizeOf(CLASS_NAMES) <= MAX_CLASS_NAMES_BYTES) {
    const parsed = names.safeParse(parseJson((await archive.read(CLASS_NAMES)).toString()));
    if (parsed.success) return parsed.data;
  }
  throw invalid(`${archive.path}: ${CLASS_NAMES} is not a list of names`, 'Export the set again.');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function countClasses(filePath: string, { train, val, test }: ImagePools): number {
  const pools = [train, val, test].filter((pool) => pool !== undefined);
  const highest = pools.reduce((max, { labels }) => labels.reduce((a, b) => Math.max(a, b), max), 0);
  const imageCount = pools.reduce((sum, { count }) => sum + count, 0);
  if (highest < imageCount) return highest + 1;
  throw invalid(
    `${filePath}: the highest label is ${highest} in a dataset of ${imageCount} images`,
    'Number the classes from 0.',
  );
}

/** Throws TsyndError 'cancelled'. */
export async function sha256OfFile(filePath: string, signal: AbortSignal | undefined): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(filePath)) {
    throwIfCancelled(signal, `Reading ${filePath}`);
    hash.update(chunk as Buffer);
  }
  return hash.digest('hex');
}

function invalid(message: string, remedy: string): TsyndError {
  return new TsyndError('dataset/invalid', `${message}.`, { remedy });
}
