import { DEVICE_NAMES, type DeviceReport } from '../../protocol/devices.ts';
import type { DeviceChoice } from '../../protocol/settings.ts';

/** What a person calls them. */
export const DEVICE_LABELS: Readonly<Record<DeviceChoice, string>> = {
  auto: 'Automatic',
  cpu: 'Processor',
  webgpu: 'Graphics card (WebGPU)',
  cuda: 'NVIDIA graphics card (CUDA)',
  dml: 'Graphics card (DirectML)',
  coreml: 'Apple silicon (Core ML)',
  tensorflow: 'NVIDIA graphics card (TensorFlow)',
};

export interface DeviceLine {
  readonly label: string;
  readonly description: string;
  readonly detail: string;
}

/** A device in a list: what it is and how fast, or why it cannot be used and how to get it. */
export function deviceLine(report: DeviceReport): DeviceLine {
  const { name, description, isAvailable, stepMs } = report;
  if (!isAvailable) {
    return {
      label: `$(circle-slash) ${DEVICE_LABELS[name]}`,
      description: name,
      detail: deviceProblem(report),
    };
  }
  return { label: DEVICE_LABELS[name], description: `${name}, ${stepTime(stepMs)}`, detail: description };
}

/** How long the training step took that all devices are compared by; one that took too long has no time. */
export function stepTime(stepMs: number | undefined): string {
  return stepMs === undefined ? 'training step not timed' : `training step in ${formatMs(stepMs)}`;
}

/** Why it cannot be used and what to do, as sentences. */
export function deviceProblem({ problem, remedy }: DeviceReport): string {
  const text = [problem ?? 'It cannot be used.', remedy].filter((part) => part !== undefined).join(' ');
  return asSentence(text);
}

/** With a capital, unless the name of a device comes first. */
export function asSentence(text: string): string {
  const startsWithName = DEVICE_NAMES.some((name) => text.startsWith(name));
  return startsWithName ? text : text.charAt(0).toUpperCase() + text.slice(1);
}

/** `0.8 ms`, `12 ms`, `3.4 s` */
function formatMs(milliseconds: number): string {
  if (milliseconds >= 999.5) return `${(milliseconds / 1000).toFixed(milliseconds < 9950 ? 1 : 0)} s`;
  return `${milliseconds.toFixed(milliseconds < 9.95 ? 1 : 0)} ms`;
}
