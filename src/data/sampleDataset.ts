import { readdir, rename, rm, rmdir, writeFile } from 'node:fs/promises';
import path from 'node:path';

import sharp from 'sharp';

import { deriveKey, randomKey } from '../engine/random.ts';
import { TsyndError } from '../protocol/errors.ts';
import { throwIfCancelled, type SplitName } from './dataset.ts';
import { drawPhantom, type PhantomKind } from './phantom.ts';
import { errnoOf, makeFolder, partPathOf, toWriteError, writeFileAtomic } from './safeWrite.ts';

const IMAGE_SIZE = 64;

/** The file of a sample dataset that says what it is. */
export const SAMPLE_README = 'README.txt';

export interface SampleDatasetOptions {
  /** 2: benign and malignant; 3 (the default): normal too. */
  readonly classes?: 2 | 3;
  readonly seed?: number;
  /** In all three splits together, at least 10; 100 unless told. */
  readonly imagesPerClass?: number;
  readonly onProgress?: (done: number, total: number) => void;
  readonly signal?: AbortSignal;
}

export interface SampleDataset {
  readonly path: string;
  readonly imageCount: number;
}

interface PlannedImage {
  readonly split: SplitName;
  readonly kind: PhantomKind;
  readonly index: number;
}

/**
 * Draws a dataset of breast ultrasound phantoms: grey 64 x 64 PNG files in `train|val|test/<class>/` (70 : 10 : 20),
 * the lesions' outlines in `.masks/` under the same paths, and a README.txt. The same options give the same bytes.
 * The folder appears when it is complete.
 *
 * Throws TsyndError 'file/exists' when the folder is not empty, 'settings/invalid', 'file/write' and 'cancelled'.
 */
export async function writeSampleDataset(
  directory: string,
  options: SampleDatasetOptions = {},
): Promise<SampleDataset> {
  const { classes = 3, seed = 0, imagesPerClass = 100 } = options;
  if (!Number.isInteger(imagesPerClass) || imagesPerClass < 10) {
    throw new TsyndError(
      'settings/invalid',
      `${imagesPerClass} images a class are too few for three splits.`,
      {
        remedy: 'Ask for a whole number of at least 10.',
      },
    );
  }
  const target = path.resolve(directory);
  await checkEmpty(target);
  const plan = planImages(classes, imagesPerClass);
  const partPath = partPathOf(target);
  try {
    await makeFolder(partPath);
    await writeImages(partPath, plan, seed, options);
    await writeFileAtomic(path.join(partPath, SAMPLE_README), describe(seed, plan.length));
    await rmdir(target).catch((error: unknown) => {
      if (errnoOf(error) !== 'ENOENT') throw error;
    });
    await rename(partPath, target);
  } catch (error) {
    await rm(partPath, { recursive: true, force: true }).catch(() => undefined);
    throw toWriteError(error, target);
  }
  return { path: target, imageCount: plan.length };
}

function planImages(classes: 2 | 3, imagesPerClass: number): PlannedImage[] {
  const kinds: PhantomKind[] = classes === 2 ? ['benign', 'malignant'] : ['benign', 'malignant', 'normal'];
  const valCount = Math.round(0.1 * imagesPerClass);
  const testCount = Math.round(0.2 * imagesPerClass);
  const splitOf = (index: number): SplitName => {
    if (index < testCount) return 'test';
    return index < testCount + valCount ? 'val' : 'train';
  };
  return kinds.flatMap((kind) =>
    Array.from({ length: imagesPerClass }, (_, index) => ({ split: splitOf(index), kind, index })),
  );
}

async function writeImages(
  root: string,
  plan: readonly PlannedImage[],
  seed: number,
  { onProgress, signal }: SampleDatasetOptions,
): Promise<void> {
  for (const [done, { split, kind, index }] of plan.entries()) {
    throwIfCancelled(signal, 'Drawing the sample dataset');
    const { image, mask } = drawPhantom(deriveKey(randomKey(seed), 'sample', kind, index), kind, IMAGE_SIZE);
    const file = path.join(split, kind, `${kind}_${String(index).padStart(4, '0')}.png`);
    await writePng(path.join(root, file), image);
    await writePng(path.join(root, '.masks', file), mask);
    onProgress?.(done + 1, plan.length);
  }
}

async function writePng(filePath: string, pixels: Uint8Array): Promise<void> {
  await makeFolder(path.dirname(filePath));
  const bytes = await sharp(pixels, { raw: { width: IMAGE_SIZE, height: IMAGE_SIZE, channels: 1 } })
    .toColourspace('b-w')
    .png({ compressionLevel: 9 })
    .toBuffer();
  await writeFile(filePath, bytes);
}

async function checkEmpty(directory: string): Promise<void> {
  const entries = await readdir(directory).catch((error: unknown) => {
    if (errnoOf(error) === 'ENOENT') return [];
    throw toWriteError(error, directory);
  });
  if (entries.length === 0) return;
  throw new TsyndError('file/exists', `The folder ${directory} is not empty.`, {
    remedy: 'Choose a new or an empty folder.',
  });
}

function describe(seed: number, imageCount: number): string {
  return `Sample dataset of TSynD: ${imageCount} drawn images, seed ${seed}

These are not images of patients. They are drawn by a program to look like breast
ultrasound: layers of skin, fat, gland and muscle with speckle, attenuation, and
  benign     a smooth dark ellipse, mostly with a bright zone behind it
  malignant  an irregular, spiculated dark shape, mostly with a shadow behind it
  normal     no lesion (where there are three classes)
They serve to try the program. Nothing about medicine can be learned from them.

train, val, test   one folder of 64 x 64 grey PNG files a class
.masks             the outline of each lesion, under the same path (empty for normal)
`;
}
