import type { CompileOptions, Device, DeviceTensor } from '../../src/engine/devices/device.ts';
import { trace, type Graph, type TracedGraph, type Value } from '../../src/engine/graph.ts';
import type { HostTensor } from '../../src/engine/tensor.ts';

/** Named tensors, as a program takes and gives them. */
export type HostTensors = Readonly<Record<string, HostTensor>>;

/** Traces, compiles, runs once and reads all outputs. */
export async function runOnce(
  device: Device,
  build: (graph: Graph) => Readonly<Record<string, Value>>,
  inputs: HostTensors,
  options?: CompileOptions,
): Promise<Record<string, HostTensor>> {
  return runTraced(device, trace(build), inputs, options);
}

/** Compiles, runs once and reads all outputs. Inputs that the program does not need are left out. */
export async function runTraced(
  device: Device,
  graph: TracedGraph,
  inputs: HostTensors,
  options?: CompileOptions,
): Promise<Record<string, HostTensor>> {
  const program = await device.compile(graph, options);
  const needed = Object.entries(inputs).filter(([name]) => program.inputNames.includes(name));
  const uploaded = await uploadAll(device, Object.fromEntries(needed));
  const results = await program.run(uploaded);
  const read = await readAll(results);
  disposeAll(uploaded);
  disposeAll(results);
  await program.dispose();
  return read;
}

export async function uploadAll(device: Device, tensors: HostTensors): Promise<Record<string, DeviceTensor>> {
  const uploaded: Record<string, DeviceTensor> = {};
  for (const [name, tensor] of Object.entries(tensors)) uploaded[name] = await device.upload(tensor);
  return uploaded;
}

export async function readAll(
  tensors: Readonly<Record<string, DeviceTensor>>,
): Promise<Record<string, HostTensor>> {
  const read: Record<string, HostTensor> = {};
  for (const [name, tensor] of Object.entries(tensors)) read[name] = await tensor.read();
  return read;
}

export function disposeAll(tensors: Readonly<Record<string, DeviceTensor>>): void {
  for (const tensor of Object.values(tensors)) tensor.dispose();
}
