import type { DeviceTensor } from './device.ts';

/** Frees all tensors of the given records; on a GPU nothing else does. */
export function release(...records: readonly Readonly<Record<string, DeviceTensor>>[]): void {
  for (const record of records) for (const tensor of Object.values(record)) tensor.dispose();
}
