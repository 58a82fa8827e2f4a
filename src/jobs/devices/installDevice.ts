import type { Installable, InstallProgress } from '../../protocol/devices.ts';
import { TsyndError } from '../../protocol/errors.ts';
import { installCuda } from './installCuda.ts';
import { installTensorFlow, type InstallOptions } from './installTensorFlow.ts';
import { whyNotOnPlatform } from './platformDevices.ts';

/**
 * Fetches a device's libraries, by a person's wish alone. Throws TsyndError 'device/unavailable' where this kind of
 * machine cannot have the device, 'install/failed' or 'cancelled'.
 */
export async function* installDevice(
  what: Installable,
  options: InstallOptions = {},
): AsyncGenerator<InstallProgress, void> {
  const problem = whyNotOnPlatform(what);
  if (problem !== undefined) {
    throw new TsyndError('device/unavailable', `The device '${what}' cannot be had here: ${problem}`, {
      remedy: "'tsynd devices' says what this machine has.",
    });
  }
  yield* what === 'cuda' ? installCuda(options) : installTensorFlow(options);
}
