import type { Device, Precision } from '../../engine/devices/device.ts';
import { inPrecision, requireHalfPrecision } from '../../engine/devices/inPrecision.ts';
import { DeviceError } from '../../engine/errors.ts';
import { TsyndError } from '../../protocol/errors.ts';

/**
 * The device as a run of that precision, `float32` when absent, uses it. Throws TsyndError 'device/unavailable' where it has no half precision.
 */
export async function inRunPrecision(device: Device, precision: Precision = 'float32'): Promise<Device> {
  if (precision === 'float32') return device;
  try {
    await requireHalfPrecision(device);
  } catch (error) {
    if (!(error instanceof DeviceError)) throw error;
    throw new TsyndError(
      'device/unavailable',
      `The device '${device.name}' cannot compute in half precision. ${error.message}`,
      {
        remedy:
          'Use single precision (on the command line: --precision float32), or another device (cpu has both).',
        cause: error,
      },
    );
  }
  return inPrecision(device, precision);
}
