import { realTrainingSet } from '../data/trainingSet.ts';
import { TsyndError } from '../protocol/errors.ts';
import type { RunFolder } from '../runs/runFolder.ts';
import { modelConfigs } from './modelConfigs.ts';
import { openDevice, type OpenedDevice } from './openDevice.ts';
import { openRunDataset, type RunDatasetRequest } from './openRunDataset.ts';
import type { RunSession } from './runSession.ts';

/** Opens everything that a run's folder names: settings, dataset (checked by its hash), subset and device. */
export async function openSession(
  run: RunFolder,
  request: RunDatasetRequest,
): Promise<{ session: RunSession; opened: OpenedDevice }> {
  const { settings, dataset, subset } = await openRunDataset(run, request);
  const configs = modelConfigs(dataset, settings);
  const opened = await openRecordedDevice(run);
  const trainingSet = realTrainingSet(subset);
  const { device } = opened;
  const { signal } = request;
  const session = { run, settings, dataset, subset, trainingSet, configs, device, signal };
  return { session, opened };
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
          'Use a machine that has it, or start a new run on the processor (on the command line: --device cpu).',
        cause: error,
      },
    );
  }
}
