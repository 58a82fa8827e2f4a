import path from 'node:path';
import { z } from 'zod';
import type { Dataset } from '../data/dataset.ts';
import type { GenerateSettings } from '../protocol/settings.ts';
import { runPaths, type NewManifest } from '../runs/runFolder.ts';
import { datasetRecord } from './datasetRecord.ts';
import type { OpenedDevice } from './devices/openDevice.ts';
import { programVersions } from './versions.ts';

export interface RunOrigin {
  readonly settings: GenerateSettings;
  readonly dataset: Dataset;
  readonly opened: OpenedDevice;
}

/** What run.json says of a run from its first moment on. */
export function newManifest({
  settings,
  dataset,
  opened: { device, threads },
}: RunOrigin): Omit<NewManifest, 'status' | 'stage'> {
  return {
    settings: storedSettings(settings),
    seed: settings.seed,
    versions: programVersions(),
    device: { name: device.name, description: device.description, threads },
    dataset: datasetRecord(dataset),
    subsetIndicesFile: path.basename(runPaths('').subsetIndices),
    timings: {},
  };
}

/** Settings in the form in which run.json holds them. */
export function storedSettings(settings: GenerateSettings): NewManifest['settings'] {
  return z.record(z.string(), z.json()).parse(settings);
}
