import path from 'node:path';
import type { ImagePool } from './assembleDataset.ts';
import { EXPORT_NAMES } from './exportNames.ts';
import { invalidArchive } from './invalidArchive.ts';
import { parseNpy } from './npy.ts';
import { npzClasses } from './npzClasses.ts';
import { readNpzHeaders } from './npzHeaders.ts';
import { readNpzPool } from './npzPool.ts';
import { openZip, type ZipArchive } from './zipArchive.ts';

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
    const train = await readNpzPool(archive, header, imageSize);
    const found = texts.filter((name) => archive.names.includes(name));
    const contents = found.map(async (name) => [name, (await archive.read(name)).toString()] as const);
    return {
      ...train,
      channels: header.shape.channels,
      resized: [header.shape.width, header.shape.height].every((side) => side === imageSize)
        ? 0
        : train.count,
      classNames: (await npzClasses(archive, { train }, header.labelWidth)).classNames,
      synthetic: await readFlags(archive, train.count),
      texts: new Map(await Promise.all(contents)),
    };
  } finally {
    archive.close();
  }
}

async function readFlags(archive: ZipArchive, count: number): Promise<ArrayLike<number> | undefined> {
  if (!archive.names.includes(EXPORT_NAMES.synthetic)) return undefined;
  const { data, shape } = parseNpy(
    await archive.read(EXPORT_NAMES.synthetic),
    `${EXPORT_NAMES.synthetic} in ${archive.path}`,
  );
  if (shape.length === 1 && shape[0] === count) return data;
  throw invalidArchive(
    `${archive.path}: ${EXPORT_NAMES.synthetic} does not have one value an image`,
    'Export the set again.',
  );
}
