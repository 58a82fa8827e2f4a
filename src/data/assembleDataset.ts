import { deriveKey, randomKey } from '../engine/random.ts';
import { TsyndError } from '../protocol/errors.ts';
import { gatherRows } from './batch.ts';
import type { Dataset, LabelledImages, PixelArray, SplitName } from './dataset.ts';
import { groupCopies } from './duplicates.ts';
import { drawSplits, keepCopiesTogether } from './splits.ts';

/** Images and labels as a reader found them, before they belong to a split. */
export interface ImagePool {
  readonly count: number;
  /** [N, C, H, W]. */
  readonly pixels: PixelArray;
  readonly maxValue: number;
  /** [N], or [N, L] for multi-label. */
  readonly labels: Int32Array;
  /** Paths relative to the dataset's folder, for images that are files. */
  readonly files?: readonly string[];
}

/** What a reader found: training images, and the other splits where they are given. */
export interface ImagePools {
  readonly train: ImagePool;
  readonly val?: ImagePool;
  readonly test?: ImagePool;
}

type DatasetFacts = Omit<Dataset, 'train' | 'val' | 'test' | 'splitSource'>;

/**
 * A dataset out of what a reader found; splits that are not given are drawn from the training images, with `seed`
 * alone. Throws TsyndError 'dataset/too-small' when a class has too few images for that, and 'dataset/invalid' when
 * there are fewer than two classes or a class has no training image.
 */
export function assembleDataset(facts: DatasetFacts, pools: ImagePools, seed: number): Dataset {
  checkClasses(facts, pools);
  const { train } = pools;
  const missing = (['val', 'test'] as const).filter((name) => !pools[name]);
  if (missing.length > 0) checkEnoughToDraw(facts, train, missing);
  const key = deriveKey(randomKey(seed), 'splits');
  const labelWidth = train.labels.length / train.count;
  const drawn =
    missing.length > 0 &&
    keepCopiesTogether(
      drawSplits(train.labels, key, missing, labelWidth),
      groupCopies(train),
      train.labels,
      labelWidth,
    );
  const splitOf = <S extends SplitName>(name: S): LabelledImages<S> => {
    const pool = pools[name] ?? train;
    return drawn && pool === train ? takeSplit(pool, drawn[name], name) : wholeSplit(pool, name);
  };
  return {
    ...facts,
    train: splitOf('train'),
    val: splitOf('val'),
    test: splitOf('test'),
    splitSource: drawn ? 'drawn' : 'given',
  };
}

function wholeSplit<S extends SplitName>(pool: ImagePool, split: S): LabelledImages<S> {
  const { count, pixels, maxValue, labels, files } = pool;
  const sources = Array.from({ length: count }, (_, index) => ({
    split,
    index,
    ...(files && { file: files[index] }),
  }));
  return { split, count, pixels, maxValue, labels, sources };
}

function takeSplit<S extends SplitName>(pool: ImagePool, indices: Int32Array, split: S): LabelledImages<S> {
  const { count, pixels, maxValue, labels, files } = pool;
  return {
    split,
    count: indices.length,
    pixels: gatherRows(pixels, pixels.length / count, indices),
    maxValue,
    labels: gatherRows(labels, labels.length / count, indices),
    sources: Array.from(indices, (index, position) =>
      files ? { split, index: position, file: files[index] } : { split, index },
    ),
  };
}

function checkClasses(facts: DatasetFacts, pools: ImagePools): void {
  if (facts.task === 'multi-label') return;
  if (facts.classNames.length < 2) {
    throw new TsyndError('dataset/invalid', `${facts.path} has only one class, ${facts.classNames[0]}.`, {
      remedy: 'A classifier needs images of at least two classes.',
    });
  }
  const trained = new Set(pools.train.labels);
  const untrained = facts.classNames.findIndex((_, label) => !trained.has(label));
  if (untrained < 0) return;
  throw new TsyndError(
    'dataset/invalid',
    `${facts.path}: class ${facts.classNames[untrained]} has no training image.`,
    {
      remedy: 'Add training images of that class, or remove it and number the classes from 0 without gaps.',
    },
  );
}

function checkEnoughToDraw(facts: DatasetFacts, train: ImagePool, missing: readonly SplitName[]): void {
  const needed = missing.length + 1;
  if (facts.task === 'multi-label') {
    if (train.count >= needed) return;
    throw tooSmall(`${facts.path} has only ${train.count} images.`, needed, missing);
  }
  const counts = new Map<number, number>();
  for (const label of train.labels) counts.set(label, (counts.get(label) ?? 0) + 1);
  for (const [label, count] of [...counts].sort(([a], [b]) => a - b)) {
    if (count >= needed) continue;
    const images = count === 1 ? 'only one image' : `only ${count} images`;
    throw tooSmall(`${facts.path}: class ${facts.classNames[label]} has ${images}.`, needed, missing);
  }
}

function tooSmall(message: string, needed: number, missing: readonly SplitName[]): TsyndError {
  return new TsyndError('dataset/too-small', message, {
    remedy:
      `At least ${needed} images a class are needed to draw ${['train', ...missing].join(', ')}: ` +
      'add images, or give the splits yourself.',
    details: { needed },
  });
}
