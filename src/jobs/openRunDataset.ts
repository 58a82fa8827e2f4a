import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { selectImages } from '../data/batch.ts';
import type { Dataset, LabelledImages } from '../data/dataset.ts';
import { openDataset } from '../data/openDataset.ts';
import { TsyndError } from '../protocol/errors.ts';
import { generateSettingsSchema, type GenerateSettings } from '../protocol/settings.ts';
import type { RunFolder } from '../runs/runFolder.ts';

export interface RunDatasetRequest {
  /** Where the dataset lies now, if it was moved. */
  readonly datasetPath?: string | undefined;
  /** The dataset where it was opened already, as `datasetOptions` of the run's settings says; checked all the same. */
  readonly dataset?: Dataset | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface OpenedRunDataset {
  readonly settings: GenerateSettings;
  readonly dataset: Dataset;
  /** The training images whose labels the run's classifier sees. */
  readonly subset: LabelledImages<'train'>;
}

/**
 * Opens the dataset of a run as the run read it, with its subset. Throws TsyndError 'run/corrupt' for damaged settings or
 * subset, and what `readRunDataset` throws.
 */
export async function openRunDataset(
  run: RunFolder,
  request: RunDatasetRequest = {},
): Promise<OpenedRunDataset> {
  const settings = readRunSettings(run);
  const dataset = await readRunDataset(run, request);
  const { subsetIndices } = run.paths;
  const position = z
    .int()
    .min(0)
    .max(dataset.train.count - 1);
  const stored = z
    .array(position)
    .min(1)
    .safeParse(await readJson(subsetIndices));
  if (!stored.success) {
    throw new TsyndError('run/corrupt', `${subsetIndices} does not list the run's training images.`, {
      remedy: 'Restore the file, or start a new run.',
    });
  }
  return { settings, dataset, subset: selectImages(dataset.train, stored.data) };
}

/**
 * All images of a run's dataset as the run read them. Throws TsyndError 'run/settings-differ' when it has changed since
 * (its hash tells), 'dataset/not-found' when it is gone, 'run/corrupt' for damaged settings, and what `openDataset`
 * throws.
 */
export async function readRunDataset(run: RunFolder, request: RunDatasetRequest = {}): Promise<Dataset> {
  const { datasetPath } = request;
  const expected = run.manifest.dataset;
  const dataset = request.dataset ?? (await readDatasetOf(run, request));
  if (dataset.sha256 === expected.sha256) return dataset;
  const problem =
    datasetPath === undefined
      ? `has changed since run ${run.id} was started`
      : `is not the dataset that run ${run.id} was made from, or has changed since`;
  throw new TsyndError('run/settings-differ', `${dataset.path} ${problem}.`, {
    remedy: 'Restore the dataset, or start a new run.',
    details: { expected: expected.sha256, found: dataset.sha256 },
  });
}

async function readDatasetOf(run: RunFolder, { datasetPath, signal }: RunDatasetRequest): Promise<Dataset> {
  const options = datasetOptions(readRunSettings(run), signal);
  return openDataset(datasetPath ?? run.manifest.dataset.path, options).catch((error: unknown) => {
    const isGone = error instanceof TsyndError && error.code === 'dataset/not-found';
    throw isGone && datasetPath === undefined ? datasetGone(run, error) : error;
  });
}

function datasetGone({ id, manifest }: RunFolder, cause: TsyndError): TsyndError {
  const { path: datasetPath } = manifest.dataset;
  return new TsyndError(cause.code, `The dataset of run ${id} is not at ${datasetPath} any more.`, {
    remedy:
      'Put it back there; on the command line, --dataset names its new place, or the argument of generate --resume.',
    cause,
  });
}

/** Throws TsyndError 'run/corrupt' when run.json holds settings that no run can have. */
export function readRunSettings({ manifest, paths }: RunFolder): GenerateSettings {
  const settings = generateSettingsSchema.safeParse(manifest.settings);
  if (settings.success) return settings.data;
  throw new TsyndError('run/corrupt', `The settings in ${paths.manifest} cannot be read.`, {
    remedy: 'Start a new run.',
    cause: settings.error,
  });
}

/** How a run's settings say to read its dataset. */
export function datasetOptions(
  { imageSize, skipUnreadable, seed, splitSeed = seed }: GenerateSettings,
  signal: AbortSignal | undefined,
): Parameters<typeof openDataset>[1] {
  return {
    skipUnreadable,
    seed: splitSeed,
    ...(imageSize === undefined ? {} : { imageSize }),
    ...(signal === undefined ? {} : { signal }),
  };
}

async function readJson(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch {
    return undefined;
  }
}
