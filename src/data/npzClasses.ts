import path from 'node:path';
import { z } from 'zod';
import type { ImagePools } from './assembleDataset.ts';
import type { Task } from './dataset.ts';
import { EXPORT_NAMES } from './exportNames.ts';
import { invalidArchive } from './invalidArchive.ts';
import { medmnistOfFile } from './medmnist.ts';
import { parseJson } from './parseJson.ts';
import type { ZipArchive } from './zipArchive.ts';

const MAX_CLASS_NAMES_BYTES = 2 ** 20;

/**
 * The classes of an archive and the task that they make: by its own list of names, those that known MedMNIST files have,
 * or numbers. Throws TsyndError 'dataset/invalid' for a list that does not fit the labels, and for labels that are none.
 */
export async function npzClasses(
  archive: ZipArchive,
  pools: ImagePools,
  labelWidth: number,
): Promise<{ classNames: readonly string[]; task: Task }> {
  const filePath = archive.path;
  const stored = await storedNames(archive);
  const isMultiLabel = labelWidth > 1;
  const used = isMultiLabel ? labelWidth : countClasses(filePath, pools);
  if (stored) {
    // A class without an image has a name all the same.
    if (isMultiLabel ? stored.length === used : stored.length >= used)
      return { classNames: stored, task: taskOf(isMultiLabel, stored.length) };
    throw invalidArchive(
      `${filePath}: ${EXPORT_NAMES.classNames} names ${stored.length} classes, and the labels need ${used}`,
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

async function storedNames(archive: ZipArchive): Promise<readonly string[] | undefined> {
  if (!archive.names.includes(EXPORT_NAMES.classNames)) return undefined;
  const names = z.array(z.string().min(1)).min(1);
  if (archive.sizeOf(EXPORT_NAMES.classNames) <= MAX_CLASS_NAMES_BYTES) {
    const parsed = names.safeParse(parseJson((await archive.read(EXPORT_NAMES.classNames)).toString()));
    if (parsed.success) return parsed.data;
  }
  throw invalidArchive(
    `${archive.path}: ${EXPORT_NAMES.classNames} is not a list of names`,
    'Export the set again.',
  );
}

function countClasses(filePath: string, { train, val, test }: ImagePools): number {
  const pools = [train, val, test].filter((pool) => pool !== undefined);
  const highest = pools.reduce((max, { labels }) => labels.reduce((a, b) => Math.max(a, b), max), 0);
  const imageCount = pools.reduce((sum, { count }) => sum + count, 0);
  if (highest < imageCount) return highest + 1;
  throw invalidArchive(
    `${filePath}: the highest label is ${highest} in a dataset of ${imageCount} images`,
    'Number the classes from 0.',
  );
}
