import { DEVICE_NAMES, type DeviceName } from '../../protocol/devices.ts';
import { TsyndError } from '../../protocol/errors.ts';
import { openDevice, type OpenedDevice, type OpenRequest } from './openDevice.ts';
import { whyNotOnPlatform } from './platformDevices.ts';
import { remedyFor, whyAbsent } from './whyAbsent.ts';

/** A device as a run's folder names it. */
export interface RecordedDevice {
  readonly name: string;
  readonly threads: number;
}

/**
 * Opens the device that something was begun on: another one would not give the same bytes.
 *
 * @param what was begun on it, as the start of a sentence: `Run 20260101-120000-breast-mi`
 * @throws TsyndError 'device/unavailable' where this machine has no such device, 'device/unknown' where there is none
 */
export async function openRecordedDevice(
  { name, threads }: RecordedDevice,
  what: string,
  request: OpenRequest = {},
): Promise<OpenedDevice> {
  try {
    return await openDevice(knownName(name, what), threads, request);
  } catch (error) {
    if (!(error instanceof TsyndError) || error.code !== 'device/unavailable') throw error;
    const reason = error.message.replace(/^The device '\w+' cannot be used: /, '');
    const known = knownName(name, what);
    const mending =
      whyNotOnPlatform(known) === undefined ? (whyAbsent(known)?.remedy ?? remedyFor(known)) : '';
    throw new TsyndError(
      error.code,
      `${what} was made on the device '${name}', which cannot be used here: ${reason}`,
      {
        remedy:
          `${mending} Otherwise use a machine that has it, or start anew on the processor (on the command line: --device cpu).`.trim(),
        cause: error,
      },
    );
  }
}

function knownName(name: string, what: string): DeviceName {
  const known = DEVICE_NAMES.find((each) => each === name);
  if (known) return known;
  throw new TsyndError(
    'device/unknown',
    `${what} was made on the device '${name}', which this version of TSynD does not know.`,
    { remedy: `It knows ${DEVICE_NAMES.join(', ')}. Use the version that it was made with.` },
  );
}
