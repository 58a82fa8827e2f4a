import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { selectImages } from '../data/batch.ts';
import { openDataset } from '../data/openDataset.ts';
import { TsyndError } from '../protocol/errors.ts';
import { generateSettingsSchema, type GenerateSettings } from '../protocol/settings.ts';
import type { RunFolder } from '../runs/runFolder.ts';
import { modelConfigs } from './modelConfigs.ts';
import { openDevice, type OpenedDevice } from './openDevice.ts';
import type { RunSession } from './runSession.ts';

export interface SessionRequest {
  /** Where the dataset lies now, if it was moved. */
  readonly datasetPath?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Opens everything that a run's folder names: settings, dataset (checked by its hash), subset and device. */
export async function openSession(
  run: RunFolder,
  { datasetPath, signal }: SessionRequest,
): Promise<{ session: RunSession; opened: OpenedDevice }> {
  const { manifest, paths } = run;
  const settings = generateSettingsSchema.safeParse(manifest.settings);
  if (!settings.success) {
    throw new TsyndError('run/corrupt', `The settings in ${paths.manifest} cannot be read.`, {
      remedy: 'Start a new run.',
      cause: settings.error,
    });
  }
  const dataset = await openDataset(
    datasetPath ?? manifest.dataset.path,
    datasetOptions(settings.data, signal),
  );
  if (dataset.sha256 !== manifest.dataset.sha256) {
    throw new TsyndError(
      'run/settings-differ',
      `${dataset.path} has changed since run ${run.id} was started.`,
      {
        remedy: 'Restore the dataset, or start a new run.',
        details: { expected: manifest.dataset.sha256, found: dataset.sha256 },
      },
    );
  }
  const indices = z
    .array(
      z
        .int()
        .min(0)
        .max(dataset.train.count - 1),
    )
    .min(1);
  const stored = indices.safeParse(await readJson(paths.subsetIndices));
  if (!stored.success) {
    throw new TsyndError('run/corrupt', `${paths.subsetIndices} does not list the run's training images.`, {
      remedy: 'Restore the file, or start a new run.',
    });
  }
  const subset = selectImages(dataset.train, stored.data);
  const configs = modelConfigs(dataset, settings.data);
  const opened = await openRecordedDevice(run);
  const session = { run, settings: settings.data, dataset, subset, configs, device: opened.device, signal };
  return { session, opened };
}

/** How a run's settings say to read its dataset. */
export function datasetOptions(
  { imageSize, skipUnreadable, seed }: GenerateSettings,
  signal: AbortSignal | undefined,
): Parameters<typeof openDataset>[1] {
  return {
    skipUnreadable,
    seed,
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

/** The device that the run was started with: another one would not give the same bytes. */
async function openRecordedDevice({ id, manifest: { device } }: RunFolder): Promise<OpenedDevice> {
  try {
    return await openDevice(device.name === 'webgpu' ? 'webgpu' : 'cpu', device.threads);
  } catch (error) {
    if (!(error instanceof TsyndError) || error.code !== 'device/unavailable') throw error;
    throw new TsyndError(
      error.code,
      `Run ${id} was made on the device '${device.name}', which cannot be used here.`,
      {
        remedy:
          "Use a machine that has it ('tsynd devices' says why it is missing), or start a new run with --device cpu.",
        cause: error,
      },
    );
  }
}
