import assert from 'node:assert/strict';

import type { Device } from '../../src/engine/devices/device.ts';
import { ReferenceDevice } from '../../src/engine/devices/referenceDevice.ts';
import { floatTensor, type HostTensor } from '../../src/engine/tensor.ts';
import { assertElementsClose, assertNormClose, normOf } from './closeness.ts';
import { Draw } from './draw.ts';
import { handExamples } from './handExamples.ts';
import { randomExamples } from './randomExamples.ts';
import {
  exampleInputs,
  gradientName,
  hasGradients,
  inputName,
  loadFixtureExamples,
  lossName,
  outputName,
  traceExamples,
  type OpExample,
} from './opExamples.ts';
import { runTraced } from './runGraph.ts';

const reference = new ReferenceDevice();

/** Step of central differences: in double precision their error is then about 1e-10 of the values. */
const DIFFERENCE_STEP = 1e-5;

/** All examples, by op. */
export async function loadOpExamples(): Promise<Map<string, OpExample[]>> {
  const byOp = new Map<string, OpExample[]>();
  for (const example of [...(await loadFixtureExamples()), ...handExamples(), ...randomExamples()]) {
    byOp.set(example.op, [...(byOp.get(example.op) ?? []), example]);
  }
  return byOp;
}

/** The reference's outputs and gradients against the expected ones, element by element. */
export async function checkExpected(examples: readonly OpExample[], tolerance: number): Promise<void> {
  const known = examples.filter(({ expected }) => expected !== undefined);
  const results = await runTraced(reference, traceExamples(known), exampleInputs(known));
  for (const example of known) {
    const check = (name: string, expected: HostTensor | undefined): void => {
      if (expected && name in results) assertElementsClose(results[name], expected, tolerance, name);
    };
    example.expected?.outputs.forEach((output, index) => check(outputName(example, index), output));
    example.expected?.gradients.forEach((gradient, index) => check(gradientName(example, index), gradient));
  }
}

/** A device's outputs and gradients against the reference's, by norm. */
export async function checkDevice(
  device: Device,
  examples: readonly OpExample[],
  tolerance: number,
): Promise<void> {
  const graph = traceExamples(examples);
  const inputs = exampleInputs(examples);
  const expected = await runTraced(reference, graph, inputs);
  const actual = await runTraced(device, graph, inputs);
  for (const name of graph.outputs.keys()) {
    if (!name.endsWith('/loss')) assertNormClose(actual[name], expected[name], tolerance, name);
  }
}

/** The gradient along a random direction against (L(x + h d) - L(x - h d)) / 2h, in float64. */
export async function checkDifferences(example: OpExample, tolerance: number): Promise<void> {
  const graph = traceExamples([example]);
  const inputs = exampleInputs([example]);
  const draw = new Draw(`${example.name}/direction`);
  const directions = example.inputs.map(({ dtype, shape }) =>
    dtype === 'float32' ? draw.normal(shape) : undefined,
  );
  const lossAt = async (step: number): Promise<number> => {
    const moved = { ...inputs };
    directions.forEach((direction, index) => {
      if (direction) moved[inputName(example, index)] = movedBy(example.inputs[index], direction, step);
    });
    return (await runTraced(reference, graph, moved))[lossName(example)].data[0];
  };
  const numeric =
    ((await lossAt(DIFFERENCE_STEP)) - (await lossAt(-DIFFERENCE_STEP))) / (2 * DIFFERENCE_STEP);

  const results = await runTraced(reference, graph, inputs);
  let analytic = 0;
  let scale = 0;
  directions.forEach((direction, index) => {
    if (!direction) return;
    const gradient = results[gradientName(example, index)];
    gradient.data.forEach((value, position) => (analytic += value * direction.data[position]));
    scale += normOf(gradient.data) * normOf(direction.data);
  });
  const bound = tolerance * (scale + Math.abs(results[lossName(example)].data[0]));
  assert.ok(
    Math.abs(numeric - analytic) <= bound,
    `${example.name}: the gradient gives ${analytic}, differences give ${numeric}`,
  );
}

/** Whether central differences say something about the example's gradient. */
export function isDifferentiable(example: OpExample): boolean {
  return example.isSmooth && hasGradients(example) && example.inputs.some(({ dtype }) => dtype === 'float32');
}

function movedBy(x: HostTensor, direction: HostTensor, step: number): HostTensor {
  return floatTensor(
    x.shape,
    Float64Array.from(x.data, (value, index) => value + step * direction.data[index]),
  );
}
