import { existsSync, readdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import type { Device } from '../engine/devices/device.ts';
import { OnnxRuntimeDevice } from '../engine/devices/onnxRuntimeDevice.ts';
import { SELF_TEST_TOLERANCE, selfTest } from '../engine/devices/selfTest.ts';
import { TsyndError } from '../protocol/errors.ts';
import { DEVICE_CHOICES, type DeviceChoice } from '../protocol/settings.ts';

/** What became of one device on this machine. */
export interface DeviceReport {
  readonly name: 'cpu' | 'webgpu';
  readonly description: string;
  readonly isAvailable: boolean;
  /** Median time of the self-test in ms. */
  readonly selfTestMs?: number;
  /** Why it cannot be used, in one sentence. */
  readonly problem?: string;
  /** How to get it. */
  readonly remedy?: string;
}

export interface DeviceSurvey {
  readonly devices: readonly DeviceReport[];
  readonly chosen: 'cpu' | 'webgpu';
  /** Why that one. */
  readonly reason: string;
}

export interface OpenedDevice {
  readonly device: Device;
  readonly threads: number;
  /** Why this device was taken, where it was not asked for by name. */
  readonly reason?: string;
}

/** Checks a device's name as a person gave it; throws TsyndError 'device/unknown' naming the known ones. */
export function parseDeviceChoice(name: string): DeviceChoice {
  const known = DEVICE_CHOICES.find((choice) => choice === name);
  if (known) return known;
  throw new TsyndError('device/unknown', `There is no device '${name}'.`, {
    remedy: `Choose one of ${DEVICE_CHOICES.join(', ')}; 'tsynd devices' says which this machine has.`,
  });
}

/**
 * Opens the device that was asked for, or for `auto` the fastest that passes its self-test.
 *
 * @param threads of the CPU device; the machine's processors when 0
 * @throws TsyndError 'device/unavailable' when it does not start or computes wrongly
 */
export async function openDevice(choice: DeviceChoice, threads = 0): Promise<OpenedDevice> {
  const count = threads > 0 ? threads : availableParallelism();
  if (choice === 'auto') {
    const { chosen, reason } = await surveyDevices(count);
    return { device: makeDevice(chosen, count), threads: count, reason };
  }
  const device = makeDevice(choice, count);
  if (choice !== 'cpu') {
    const report = await tryDevice(device);
    if (!report.isAvailable) {
      throw new TsyndError(
        'device/unavailable',
        `The device '${choice}' cannot be used: ${report.problem ?? ''}`,
        {
          remedy: `${report.remedy ?? ''} Or use the processor (on the command line: --device cpu).`.trim(),
        },
      );
    }
  }
  return { device, threads: count };
}

/** Tries every device of this machine and says which `auto` takes. */
export async function surveyDevices(threads = availableParallelism()): Promise<DeviceSurvey> {
  const cpu = await tryDevice(makeDevice('cpu', threads));
  const webgpu = await tryDevice(makeDevice('webgpu', threads));
  const devices = [webgpu, cpu];
  if (!webgpu.isAvailable) {
    return {
      devices,
      chosen: 'cpu',
      reason: `webgpu cannot be used: ${webgpu.problem ?? 'no reason given.'}`,
    };
  }
  const [gpuMs, cpuMs] = [webgpu.selfTestMs ?? Infinity, cpu.selfTestMs ?? Infinity];
  const times = `self-test in ${gpuMs.toFixed(1)} ms on webgpu and ${cpuMs.toFixed(1)} ms on cpu`;
  return gpuMs < cpuMs
    ? { devices, chosen: 'webgpu', reason: `webgpu is the faster one: ${times}.` }
    : { devices, chosen: 'cpu', reason: `webgpu is slower here: ${times}.` };
}

function makeDevice(name: 'cpu' | 'webgpu', threads: number): OnnxRuntimeDevice {
  return new OnnxRuntimeDevice(name, name === 'cpu' ? { threads } : {});
}

async function tryDevice(device: OnnxRuntimeDevice): Promise<DeviceReport> {
  const { name, description } = device;
  if (name === 'webgpu' && process.platform === 'linux' && !hasVulkanDriver()) {
    const problem = 'no Vulkan driver is installed.';
    return { name, description, isAvailable: false, problem, remedy: webgpuRemedy() };
  }
  try {
    const { error, milliseconds } = await selfTest(device);
    if (error <= SELF_TEST_TOLERANCE)
      return { name, description, isAvailable: true, selfTestMs: milliseconds };
    const problem = `its self-test is off by ${error.toExponential(1)}, where ${SELF_TEST_TOLERANCE} is allowed.`;
    return { name, description, isAvailable: false, problem, remedy: 'Update the graphics driver.' };
  } catch (error) {
    return { name, description, isAvailable: false, problem: reasonOf(error), remedy: webgpuRemedy() };
  }
}

/** Where the Vulkan loader looks for drivers on Linux. */
const VULKAN_DRIVER_FOLDERS = [
  '/etc/vulkan/icd.d',
  '/usr/share/vulkan/icd.d',
  '/usr/local/share/vulkan/icd.d',
];

/** Whether it is worth to start WebGPU: without a driver its libraries write warnings that nobody can use. */
function hasVulkanDriver(): boolean {
  if (process.env.VK_ICD_FILENAMES ?? process.env.VK_DRIVER_FILES) return true;
  return VULKAN_DRIVER_FOLDERS.some((folder) => existsSync(folder) && readdirSync(folder).length > 0);
}

function webgpuRemedy(): string {
  return process.platform === 'linux'
    ? "Install the graphics card's Vulkan driver and the Vulkan loader (Debian: libvulkan1)."
    : "Update the graphics card's driver.";
}

/** What ONNX Runtime says, without the place in its source and the condition that failed there. */
function reasonOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  const line = text.split('\n')[0].split(' was false. ').at(-1)?.trim() ?? text;
  return line.endsWith('.') ? line : `${line}.`;
}
