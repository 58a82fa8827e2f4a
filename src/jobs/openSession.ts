import type { RunFolder } from '../runs/runFolder.ts';
import { modelConfigs } from './modelConfigs.ts';
import type { OpenedDevice, OpenRequest } from './devices/openDevice.ts';
import { inRunPrecision } from './devices/inRunPrecision.ts';
import { openRecordedDevice } from './devices/openRecordedDevice.ts';
import { openRunDataset, type RunDatasetRequest } from './openRunDataset.ts';
import type { RunSession, TrainingSession } from './runSession.ts';
import { openTrainingSet, type TrainingSetRequest } from './trainingSet/openTrainingSet.ts';

export interface SessionRequest extends RunDatasetRequest, OpenRequest {
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
  const opened = request.opened ?? (await openRecordedDevice(run.manifest.device, `Run ${run.id}`, request));
  const { signal } = request;
  try {
    const device = await inRunPrecision(opened.device, settings.precision);
    return { session: { run, settings, dataset, subset, configs, device, signal }, opened };
  } catch (error) {
    if (!request.opened) await opened.device.dispose();
    throw error;
  }
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
