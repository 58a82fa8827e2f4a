import { existsSync } from 'node:fs';
import type { Dataset } from '../../data/dataset.ts';
import { openDataset } from '../../data/openDataset.ts';
import { TsyndError } from '../../protocol/errors.ts';
import type { QualityReport } from '../../protocol/quality.ts';
import type { PoolSamples } from '../../protocol/settings.ts';
import { RunFolder, runPaths } from '../../runs/runFolder.ts';
import { datasetOptions, readRunDataset, readRunSettings } from '../openRunDataset.ts';
import { openPool } from '../trainingSet/openPool.ts';
import { measurePool, type PoolQualityRequest, type QualityProgress } from './measurePool.ts';

export interface QualityRequest extends Pick<PoolQualityRequest, 'seed' | 'threads' | 'signal'> {
  /** A run's folder, a curated export, or a dataset of another generator. */
  readonly pool: string;
  /** Of a run's folder only. */
  readonly samples?: PoolSamples | undefined;
  /** Where the real images lie: must be given unless the pool is a run's folder, which knows it. */
  readonly datasetPath?: string | undefined;
  /** The folder of a finished run, for its feature spaces and its opinion of the labels. */
  readonly runPath?: string | undefined;
}

/**
 * Opens a pool and its dataset, and measures them as `measurePool` does.
 *
 * Throws TsyndError 'settings/invalid' where no dataset is named, and what `readRunDataset`, `openDataset`, `openPool` and
 * `measurePool` throw.
 */
export async function* measureQuality(
  request: QualityRequest,
): AsyncGenerator<QualityProgress, QualityReport> {
  const { pool: path, samples = 'all', runPath, seed, threads, signal } = request;
  const maker = existsSync(runPaths(path).manifest) ? await RunFolder.open(path) : undefined;
  const judge = runPath === undefined ? undefined : await RunFolder.open(runPath);
  const dataset = await openReal(request, maker, judge);
  const pool = await openPool({ path, samples }, dataset, { signal });
  const { images, heldOutParents } = pool;
  const warnings = [...pool.warnings, ...describeHeldOut(heldOutParents.length)];
  const shared = { dataset, judge, maker, seed, threads, signal };
  return yield* measurePool({ path: pool.path, images, warnings, ...shared });
}

async function openReal(
  { pool, datasetPath, signal }: QualityRequest,
  maker: RunFolder | undefined,
  judge: RunFolder | undefined,
): Promise<Dataset> {
  if (maker) return readRunDataset(maker, { datasetPath, signal });
  if (datasetPath === undefined) {
    throw new TsyndError(
      'settings/invalid',
      `${pool} is no run, and does not say what its real images are.`,
      {
        remedy: 'Name their dataset (on the command line: --dataset).',
      },
    );
  }
  if (!judge) return openDataset(datasetPath, { seed: 0, ...(signal && { signal }) });
  const { imageSize } = judge.manifest.dataset;
  return openDataset(datasetPath, { ...datasetOptions(readRunSettings(judge), signal), imageSize });
}

function describeHeldOut(count: number): string[] {
  if (count === 0) return [];
  const derived = count === 1 ? 'One synthetic image was' : `${count} synthetic images were`;
  return [`${derived} derived from images that are not training images of this dataset.`];
}
