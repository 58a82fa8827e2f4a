import { TsyndError } from '../protocol/errors.ts';
import type { RunFolder } from '../runs/runFolder.ts';
import { modelConfigs } from './modelConfigs.ts';
import { openDevice, type OpenedDevice } from './openDevice.ts';
import { openRunDataset, type RunDatasetRequest } from './openRunDataset.ts';
import type { RunSession, TrainingSession } from './runSession.ts';
import { openTrainingSet, type TrainingSetRequest } from './trainingSet/openTrainingSet.ts';

export interface SessionRequest extends RunDatasetRequest {
  /** The run's device where it was opened already; whoever opened it disposes of it. */
  readonly opened?: OpenedDevice | undefined;
}

/** Opens everything that a run's folder names: settings, dataset (checked by its hash), subset and device. */
export async function openSession(
  run: RunFolder,
  request: SessionRequest,
): Promise<{ session: RunSession; opened: OpenedDevice }> {
  const { settings, dataset, subset } = await openRunDataset(run, request);
  const configs = modelConfigs(dataset, settings);
  const opened = request.opened ?? (await openRecordedDevice(run));
  const { device } = opened;
  const { signal } = request;
  return { session: { run, settings, dataset, subset, configs, device, signal }, opened };
}

/**
 * The same session with what it trains on. Throws TsyndError 'run/settings-differ' when the pool is another than when
 * the run was started, and what `openTrainingSet` throws.
 */
export async function forTraining(
  session: RunSession,
  { pool, warn }: Pick<TrainingSetRequest, 'pool' | 'warn'> = {},
): Promise<TrainingSession> {
  return { ...session, trainingSet: await openTrainingSet({ ...session, pool, warn }) };
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
