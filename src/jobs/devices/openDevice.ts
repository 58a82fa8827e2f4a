import { availableParallelism } from 'node:os';
import type { Device } from '../../engine/devices/device.ts';
import { TensorFlowDevice } from '../../engine/devices/tensorFlowDevice.ts';
import type { DeviceName, DeviceReport } from '../../protocol/devices.ts';
import { TsyndError } from '../../protocol/errors.ts';
import { DEVICE_CHOICES, type DeviceChoice } from '../../protocol/settings.ts';
import { chooseDevice } from './chooseDevice.ts';
import { makeDevice } from './makeDevice.ts';
import { platformDevices, whyNotOnPlatform } from './platformDevices.ts';
import { reportDevice, surveyDevices, type SurveyRequest } from './surveyDevices.ts';
import { remedyFor, whyAbsent } from './whyAbsent.ts';

export interface OpenedDevice {
  readonly device: Device;
  readonly threads: number;
  /** Why this device was taken, where it was not asked for by name. */
  readonly reason?: string;
  /** Said where the processor computes because a device that is there, or was asked for, fails. */
  readonly warning?: string;
}

/** `onDevice` is told before a device is tried, which can take a minute. */
export type OpenRequest = Pick<SurveyRequest, 'signal' | 'onDevice'>;

/** Checks a device's name as a person gave it; throws TsyndError 'device/unknown' naming the known ones. */
export function parseDeviceChoice(name: string): DeviceChoice {
  const known = DEVICE_CHOICES.find((choice) => choice === name);
  if (known) return known;
  throw new TsyndError('device/unknown', `There is no device '${name}'.`, {
    remedy: `Choose one of ${DEVICE_CHOICES.join(', ')}; 'tsynd devices' says which this machine has.`,
  });
}

/**
 * Opens the device that was asked for, or for `auto` the fastest that passes its self-test. What is not the processor is
 * first tried in a process of its own, since a driver's crash cannot be caught.
 *
 * @param threads of the CPU device; the machine's processors when 0
 * @throws TsyndError 'device/unavailable' when it does not start or computes wrongly, 'cancelled'
 */
export async function openDevice(
  choice: DeviceChoice,
  threads = 0,
  request: OpenRequest = {},
): Promise<OpenedDevice> {
  const count = threads > 0 ? threads : availableParallelism();
  if (choice === 'auto') return openFastest(count, request);
  if (choice !== 'cpu') await requireWorking(choice, count, request);
  try {
    const device = await makeDevice(choice, { threads: count });
    const isWithoutGpu = device instanceof TensorFlowDevice && !device.hasGpu;
    return {
      device,
      threads: count,
      ...(isWithoutGpu && {
        warning: `TensorFlow finds no graphics card, and computes on the processor. ${remedyFor(choice)}`,
      }),
    };
  } catch (error) {
    throw unavailable(choice, { problem: messageOf(error) }, error);
  }
}

async function openFastest(threads: number, request: OpenRequest): Promise<OpenedDevice> {
  const { devices, chosen, reason } = await surveyWhereNeeded(threads, request);
  const processor = devices.find(({ name }) => name === 'cpu');
  if (chosen === 'cpu' && processor?.isAvailable === false) throw unavailable('cpu', processor);
  const failed = devices.filter(({ name, isAvailable }) => !isAvailable && !whyAbsent(name));
  const warning = failed
    .map(({ name, problem }) => `The device '${name}' cannot be used: ${problem ?? 'no reason was given.'}`)
    .join(' ');
  if (chosen !== 'cpu') {
    try {
      return { device: await makeDevice(chosen, { threads }), threads, reason };
    } catch (error) {
      const fallback = `The device '${chosen}' did not start (${messageOf(error)}), so that the processor is used.`;
      return { device: await makeDevice('cpu', { threads }), threads, reason: fallback, warning: fallback };
    }
  }
  const device = await makeDevice('cpu', { threads });
  return {
    device,
    threads,
    reason,
    ...(warning === '' ? {} : { warning: `${warning} The processor is used.` }),
  };
}

/** There is no race to time where nothing but the processor is there. */
async function surveyWhereNeeded(
  threads: number,
  request: OpenRequest,
): Promise<{ devices: readonly DeviceReport[]; chosen: DeviceName; reason: string }> {
  const absent = platformDevices().flatMap((name) => whyAbsent(name) ?? []);
  if (absent.length === platformDevices().length - 1)
    return { devices: absent, ...chooseDevice(absent, threads) };
  return surveyDevices({ threads, ...request });
}

async function requireWorking(name: DeviceName, threads: number, request: OpenRequest): Promise<void> {
  const problem = whyNotOnPlatform(name);
  if (problem !== undefined) throw unavailable(name, { problem, remedy: '' });
  const report = await reportDevice(name, { threads, ...request });
  if (!report.isAvailable) throw unavailable(name, report);
}

function unavailable(
  name: DeviceName,
  { problem = 'no reason was given.', remedy = remedyFor(name) }: Pick<DeviceReport, 'problem' | 'remedy'>,
  cause?: unknown,
): TsyndError {
  const otherwise = name === 'cpu' ? 'It is taken untried where it is named' : 'Use the processor instead';
  return new TsyndError('device/unavailable', `The device '${name}' cannot be used: ${problem}`, {
    remedy: `${remedy} ${otherwise} (on the command line: --device cpu).`.trim(),
    cause,
  });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
