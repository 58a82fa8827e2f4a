import type { Device } from '../../engine/devices/device.ts';
import { allowsTf32 } from '../../engine/devices/withoutTf32.ts';
import { SELF_TEST_TOLERANCE, selfTest } from '../../engine/devices/selfTest.ts';
import type { DeviceName } from '../../protocol/devices.ts';
import { TsyndError } from '../../protocol/errors.ts';
import { makeDevice, type DeviceOptions } from './makeDevice.ts';
import type { ProbeResult } from './probeResult.ts';
import { timeTrainingStep } from './timeTrainingStep.ts';

export interface ProbeOptions extends DeviceOptions {
  /** Whether the training step is timed, too. */
  readonly isTimed: boolean;
}

/**
 * Tries a device in this process: its results against the reference, then a training step against the clock.
 *
 * @param onCorrect told as soon as the first has gone well: the second may never end
 */
export async function probeDevice(
  name: DeviceName,
  options: ProbeOptions,
  onCorrect: (result: ProbeResult) => void = () => undefined,
): Promise<ProbeResult> {
  let device: Device | undefined;
  try {
    device = await makeDevice(name, options);
    const { description } = device;
    const error = await selfTest(device);
    if (!(error <= SELF_TEST_TOLERANCE)) {
      return {
        works: false,
        description,
        problem: `its self-test is off by ${error.toExponential(1)}, where ${SELF_TEST_TOLERANCE} is allowed.`,
        remedy:
          ['cuda', 'tensorflow'].includes(name) && allowsTf32()
            ? 'Unset NVIDIA_TF32_OVERRIDE, by which products are rounded to TF32.'
            : 'Update the driver; until then its results would be wrong.',
        ...(Number.isFinite(error) ? { error } : {}),
      };
    }
    const correct = { works: true, description, error } as const;
    onCorrect(correct);
    return options.isTimed ? { ...correct, stepMs: await timeTrainingStep(device) } : correct;
  } catch (error) {
    return {
      works: false,
      problem: reasonOf(error),
      ...(error instanceof TsyndError && error.remedy !== undefined ? { remedy: error.remedy } : {}),
      ...(device ? { description: device.description } : {}),
    };
  } finally {
    await device?.dispose();
  }
}

/** The first line of what went wrong, as a sentence. */
function reasonOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  const line = text.split('\n')[0].trim();
  const sentence = line === '' ? 'it gave no reason' : line;
  return sentence.endsWith('.') ? sentence : `${sentence}.`;
}
