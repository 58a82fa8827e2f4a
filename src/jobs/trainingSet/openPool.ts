import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import path from 'node:path';

import type { Dataset } from '../../data/dataset.ts';
import type { SyntheticImages } from '../../data/trainingSet.ts';
import type { PoolSource } from '../../protocol/sourceSpecs.ts';
import { runPaths } from '../../runs/runFolder.ts';
import { convertChannels } from './convertChannels.ts';
import { findParents, type Parents } from './findParents.ts';
import { matchLabels } from './matchClasses.ts';
import type { RawPool } from './rawPool.ts';
import { readDatasetPool } from './readDatasetPool.ts';
import { readRunPool } from './readRunPool.ts';

/** Synthetic images as a training set takes them: with the dataset's classes, channels and size. */
export interface Pool {
  readonly path: string;
  readonly images: SyntheticImages;
  /** Over the pixels and labels, in order. */
  readonly sha256: string;
  /** Positions in `images` of those whose parent is in the dataset and not among its training images. */
  readonly heldOutParents: readonly number[];
  /** What a person should know about how it was read. */
  readonly warnings: readonly string[];
}

export interface PoolOptions {
  readonly signal?: AbortSignal | undefined;
}

/**
 * Reads a pool: the samples of a finished run, the synthetic images of a curated export, or the training images of a
 * dataset that another generator made (all of them where it has no splits).
 *
 * Throws TsyndError 'settings/invalid' for classes that the dataset lacks and for an empty pool, 'dataset/...' where
 * nothing can be read, and what `readRunPool` and `readDatasetPool` throw.
 */
export async function openPool(
  { path: poolPath, samples = 'all' }: PoolSource,
  dataset: Dataset,
  { signal }: PoolOptions = {},
): Promise<Pool> {
  const place = path.resolve(poolPath);
  const reading = { imageSize: dataset.imageSize, signal };
  const raw = existsSync(runPaths(place).manifest)
    ? await readRunPool(place, samples, reading)
    : await readDatasetPool(place, reading);
  const { parents, heldOut }: Parents = findParents(raw, dataset);
  const images: SyntheticImages = {
    kind: 'synthetic',
    count: raw.count,
    pixels: convertChannels(raw.pixels, raw.count, raw.channels, dataset.channels),
    maxValue: raw.maxValue,
    labels: matchLabels(raw, dataset, place),
    origins: raw.origins,
    ...(parents && { parents }),
    task: dataset.task,
  };
  const warnings = [...raw.warnings, ...formWarnings(raw, dataset)];
  return { path: place, images, sha256: hashPool(images), heldOutParents: heldOut, warnings };
}

function formWarnings({ count, resized, channels }: RawPool, dataset: Dataset): string[] {
  const warnings: string[] = [];
  if (resized > 0) {
    const which = resized === count ? 'All' : `${resized} of the`;
    warnings.push(
      `${which} ${count} images of the pool were resized to the dataset's ${dataset.imageSize} px.`,
    );
  }
  if (channels !== dataset.channels) {
    warnings.push(
      channels === 1
        ? 'The pool is grey and the dataset in colour: grey was repeated in all channels.'
        : 'The pool is in colour and the dataset grey: the brightness (Rec. 601) was taken.',
    );
  }
  return warnings;
}

function hashPool({ count, pixels, maxValue, labels, task }: SyntheticImages): string {
  return createHash('sha256')
    .update(JSON.stringify({ count, task, maxValue, values: pixels.length }))
    .update(pixels)
    .update(labels)
    .digest('hex');
}
