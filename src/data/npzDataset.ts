import path from 'node:path';

import { TsyndError } from '../protocol/errors.ts';
import { assembleDataset, type ImagePool, type ImagePools } from './assembleDataset.ts';
import {
  throwIfCancelled,
  type Dataset,
  type ImageSource,
  type OpenDatasetOptions,
  type PixelArray,
} from './dataset.ts';
import { sha256OfFile } from './fileDigest.ts';
import { parseNpy } from './npy.ts';
import { npzClasses } from './npzClasses.ts';
import { readNpzHeaders, type SplitHeaders } from './npzHeaders.ts';
import { readNpzPool, toPixels } from './npzPool.ts';
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
      ...(await npzClasses(archive, pools, labelWidth)),
      channels: shape.channels,
      imageSize,
      skippedFiles: [],
    },
    pools,
    options.seed,
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
    const pool = await readNpzPool(archive, header, imageSize);
    options.onProgress?.(++done, headers.length);
    return pool;
  };
  const pools: { train: ImagePool; val?: ImagePool; test?: ImagePool } = { train: await read(train) };
  for (const header of others) pools[header.split] = await read(header);
  return pools;
}
