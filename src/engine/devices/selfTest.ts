import { gradientsOf } from '../gradient.ts';
import { trace, type TracedGraph, type Value } from '../graph.ts';
import { add } from '../ops/add.ts';
import { globalAveragePool } from '../ops/avgPool2d.ts';
import { batchNormTraining } from '../ops/batchNorm.ts';
import { conv2d } from '../ops/convolution.ts';
import { div } from '../ops/div.ts';
import { log } from '../ops/log.ts';
import { matmul } from '../ops/matmul.ts';
import { maxPool2d } from '../ops/maxPool2d.ts';
import { mul } from '../ops/mul.ts';
import { neg } from '../ops/neg.ts';
import { relu } from '../ops/relu.ts';
import { softmax } from '../ops/softmax.ts';
import { sqrt } from '../ops/sqrt.ts';
import { sub } from '../ops/sub.ts';
import { sum } from '../ops/sum.ts';
import { deriveKey, randomKey, uniforms } from '../random.ts';
import { floatTensor, sizeOf, type HostTensor, type Shape } from '../tensor.ts';
import type { Device, DeviceTensor } from './device.ts';
import { ReferenceDevice } from './referenceDevice.ts';

/** Relative errors above this mean that the device computes something else. */
export const SELF_TEST_TOLERANCE = 1e-3;

const STEPS = 3;
const NEXT = 'next:';
const BATCH = { x: [4, 3, 10, 10], target: [4, 4] } satisfies Record<string, Shape>;
const WEIGHTS = {
  first: [8, 3, 3, 3],
  scale: [8],
  shift: [8],
  second: [16, 8, 3, 3],
  head: [16, 4],
} satisfies Record<string, Shape>;
type WeightName = keyof typeof WEIGHTS;
const WEIGHT_NAMES = Object.keys(WEIGHTS) as WeightName[];

/** Adam's constants; eps is large, so that gradients near zero do not decide a weight's direction. */
const ADAM = { beta1: 0.9, beta2: 0.99, eps: 1e-2, rate: 0.05 };

/**
 * Takes a few training steps of a small network (convolutions with and without a stride, batch norm, pooling, a linear
 * layer, softmax, Adam) with all state on the device, and returns the largest difference of losses, weights and moments
 * from the float64 reference's, relative to the largest value of each; Infinity where something is not a number.
 *
 * Throws DeviceError when the device does not start or has no such kernels.
 */
export async function selfTest(device: Device): Promise<number> {
  const graph = traceStep();
  const expected = await takeSteps(new ReferenceDevice(), graph);
  const found = await takeSteps(device, graph);
  return Math.max(...[...expected].map(([name, tensor]) => difference(found.get(name)!, tensor)));
}

function traceStep(): TracedGraph {
  return trace((graph) => {
    const weights = WEIGHT_NAMES.map((name) => graph.input(name, WEIGHTS[name]));
    const [first, scale, shift, second, head] = weights;
    const x = graph.input('x', BATCH.x);
    const normalized = batchNormTraining(conv2d(x, first, undefined, { padding: 1 }), scale, shift, 1e-5);
    const pooled = maxPool2d(relu(normalized.output), { kernel: 2 });
    const features = globalAveragePool(relu(conv2d(pooled, second, undefined, { stride: 2, padding: 1 })));
    const logProbs = log(softmax(matmul(features, head)));
    const loss = neg(sum(mul(graph.input('target', BATCH.target), logProbs)));
    const gradients = gradientsOf(loss, weights);
    const outputs: Record<string, Value> = { loss };
    WEIGHT_NAMES.forEach((name, index) => {
      const moment = (power: 'first' | 'second'): Value =>
        graph.input(`${power}Moment.${name}`, WEIGHTS[name]);
      const next = adam(weights[index], gradients[index], moment('first'), moment('second'));
      outputs[NEXT + name] = next.weight;
      outputs[`${NEXT}firstMoment.${name}`] = next.first;
      outputs[`${NEXT}secondMoment.${name}`] = next.second;
    });
    return outputs;
  });
}

/** Adam without bias correction, which would need the step's number. */
function adam(
  weight: Value,
  gradient: Value,
  first: Value,
  second: Value,
): { weight: Value; first: Value; second: Value } {
  const { beta1, beta2, eps, rate } = ADAM;
  const nextFirst = add(mul(first, beta1), mul(gradient, 1 - beta1));
  const nextSecond = add(mul(second, beta2), mul(mul(gradient, gradient), 1 - beta2));
  const change = div(mul(nextFirst, rate), add(sqrt(nextSecond), eps));
  return { weight: sub(weight, change), first: nextFirst, second: nextSecond };
}

/** The losses of all steps, and the state after the last one. */
async function takeSteps(device: Device, graph: TracedGraph): Promise<Map<string, HostTensor>> {
  const program = await device.compile(graph);
  const results = new Map<string, HostTensor>();
  let state = await uploadAll(device, initialState());
  for (let step = 0; step < STEPS; step++) {
    const batch = await uploadAll(device, batchOf(step));
    const { loss, ...next } = await program.run({ ...state, ...batch });
    results.set(`loss ${step}`, await loss.read());
    for (const tensor of [loss, ...Object.values(batch), ...Object.values(state)]) tensor.dispose();
    state = Object.fromEntries(
      Object.entries(next).map(([name, tensor]) => [name.slice(NEXT.length), tensor]),
    );
  }
  for (const [name, tensor] of Object.entries(state)) {
    results.set(name, await tensor.read());
    tensor.dispose();
  }
  await program.dispose();
  return results;
}

function initialState(): Record<string, HostTensor> {
  const state: Record<string, HostTensor> = {};
  for (const name of WEIGHT_NAMES) {
    state[name] = draw(name, WEIGHTS[name], -0.5, 0.5);
    for (const power of ['first', 'second']) state[`${power}Moment.${name}`] = floatTensor(WEIGHTS[name], 0);
  }
  return state;
}

function batchOf(step: number): Record<string, HostTensor> {
  return {
    x: draw(`x ${step}`, BATCH.x, -1, 1),
    target: draw(`target ${step}`, BATCH.target, 0, 0.5),
  };
}

function draw(name: string, shape: Shape, low: number, high: number): HostTensor {
  return floatTensor(
    shape,
    Float32Array.from(uniforms(deriveKey(randomKey(0), name), sizeOf(shape), low, high)),
  );
}

async function uploadAll(
  device: Device,
  tensors: Readonly<Record<string, HostTensor>>,
): Promise<Record<string, DeviceTensor>> {
  const uploaded: Record<string, DeviceTensor> = {};
  for (const [name, tensor] of Object.entries(tensors)) uploaded[name] = await device.upload(tensor);
  return uploaded;
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
