import { gradientsOf } from '../gradient.ts';
import { trace } from '../graph.ts';
import { batchNormTraining } from '../ops/batchNorm.ts';
import { conv2d } from '../ops/convolution.ts';
import { relu } from '../ops/relu.ts';
import { sum } from '../ops/sum.ts';
import { randomKey, uniforms } from '../random.ts';
import { floatTensor, sizeOf, type HostTensor, type Shape } from '../tensor.ts';
import type { Device } from './device.ts';
import { ReferenceDevice } from './referenceDevice.ts';

export interface SelfTestResult {
  /** Largest difference from the reference, relative to the largest value. */
  readonly error: number;
  /** Median time of a run in ms. */
  readonly milliseconds: number;
}

const RUNS = 5;

/** Relative errors above this mean that the device computes something else. */
export const SELF_TEST_TOLERANCE = 1e-3;

/**
 * Runs a small step (convolution, batch norm, ReLU and its gradient) on a device and compares it with the float64
 * reference. Throws DeviceError when the device does not start or has no such kernels.
 */
export async function selfTest(device: Device): Promise<SelfTestResult> {
  const shapes: Record<string, Shape> = { x: [8, 8, 12, 12], weight: [16, 8, 3, 3], scale: [16], bias: [16] };
  const graph = trace((g) => {
    const [x, weight, scale, bias] = Object.entries(shapes).map(([name, shape]) => g.input(name, shape));
    const normalized = batchNormTraining(conv2d(x, weight, undefined, { padding: 1 }), scale, bias, 1e-5);
    const activated = relu(normalized.output);
    return { activated, gradient: gradientsOf(sum(activated), [weight])[0] };
  });
  const inputs = Object.entries(shapes).map(
    ([name, shape], index) =>
      [
        name,
        floatTensor(shape, Float32Array.from(uniforms(randomKey(index), sizeOf(shape), -1, 1))),
      ] as const,
  );
  const expected = await runOnce(new ReferenceDevice(), graph, inputs);
  const { results, milliseconds } = await runTimed(device, graph, inputs);
  const error = Math.max(...Object.keys(expected).map((name) => difference(results[name], expected[name])));
  return { error, milliseconds };
}

type Inputs = readonly (readonly [string, HostTensor])[];
type Graph = Parameters<Device['compile']>[0];

async function runOnce(device: Device, graph: Graph, inputs: Inputs): Promise<Record<string, HostTensor>> {
  return (await runTimed(device, graph, inputs, 1)).results;
}

async function runTimed(
  device: Device,
  graph: Graph,
  inputs: Inputs,
  runs = RUNS,
): Promise<{ results: Record<string, HostTensor>; milliseconds: number }> {
  const program = await device.compile(graph);
  const uploaded = await Promise.all(
    inputs.map(async ([name, tensor]) => [name, await device.upload(tensor)] as const),
  );
  const results: Record<string, HostTensor> = {};
  const times: number[] = [];
  for (let run = 0; run < runs; run++) {
    const startedAt = performance.now();
    const outputs = await program.run(Object.fromEntries(uploaded));
    for (const [name, tensor] of Object.entries(outputs)) results[name] = await tensor.read();
    times.push(performance.now() - startedAt);
  }
  await program.dispose();
  for (const [, tensor] of uploaded) tensor.dispose();
  return { results, milliseconds: times.sort((a, b) => a - b)[Math.floor(times.length / 2)] };
}

function difference(found: HostTensor, expected: HostTensor): number {
  let largest = 0;
  let error = 0;
  expected.data.forEach((value, index) => {
    largest = Math.max(largest, Math.abs(value));
    error = Math.max(error, Math.abs(value - found.data[index]));
  });
  // A comparison with NaN is never true: count it as wrong.
  return found.data.some(Number.isNaN) ? Infinity : error / largest;
}
