import assert from 'node:assert/strict';

import type { Device, Program } from '../../src/engine/devices/device.ts';
import { ReferenceDevice } from '../../src/engine/devices/referenceDevice.ts';
import type { TracedGraph, Value } from '../../src/engine/graph.ts';
import { globalAveragePool } from '../../src/engine/ops/avgPool2d.ts';
import { relu } from '../../src/engine/ops/relu.ts';
import { randomKey } from '../../src/engine/random.ts';
import { convBatchNormLayer, linearLayer } from '../../src/nn/layers.ts';
import { crossEntropy } from '../../src/nn/losses.ts';
import type { ModelScope } from '../../src/nn/modelScope.ts';
import { describeModel, initializeModel, type ModelState } from '../../src/nn/modelState.ts';
import type { Optimizer } from '../../src/nn/optimizers.ts';
import { Trainer, traceTrainingStep } from '../../src/nn/trainer.ts';
import { assertNormClose } from './closeness.ts';
import { Draw } from './draw.ts';
import { disposeAll, uploadAll, type HostTensors } from './runGraph.ts';

// One convolution with batch norm and a linear head: the least that has all kinds of tensors which training changes.

export const CLASSES = 3;
export const FEATURES = 4;
const SIDE = 6;
const RATE = 0.05;

/** Every fourth batch is the smaller one. */
const BATCH_SIZES = { full: 6, partial: 2 } as const;

export type Programs = Readonly<Record<keyof typeof BATCH_SIZES, Program>>;

function logitsOf(scope: ModelScope, images: Value): Value {
  const conv = { outChannels: FEATURES, kernelSize: 3, padding: 1 };
  const features = relu(convBatchNormLayer(scope, 'conv', 'bn', images, conv));
  return linearLayer(scope, 'linear', globalAveragePool(features), CLASSES);
}

function declare(scope: ModelScope): void {
  logitsOf(scope, scope.graph.input('images', [2, 1, SIDE, SIDE]));
}

export const initial: ModelState = initializeModel(declare, randomKey(3));
export const parameters = [...describeModel(declare).parameters.keys()];

export async function compilePrograms(device: Device, optimizer: Optimizer): Promise<Programs> {
  return {
    full: await device.compile(stepGraph(optimizer, BATCH_SIZES.full)),
    partial: await device.compile(stepGraph(optimizer, BATCH_SIZES.partial)),
  };
}

export function stepGraph(optimizer: Optimizer, size: number): TracedGraph {
  return traceTrainingStep(optimizer, (scope, graph) => {
    const logits = logitsOf(scope, graph.input('images', [size, 1, SIDE, SIDE]));
    const labels = graph.input('labels', [size], 'int32');
    return { loss: crossEntropy(logits, labels), reports: { logits } };
  });
}

/** Takes the steps from `from` up to `to`; returns their losses. */
export async function train(
  device: Device,
  trainer: Trainer,
  programs: Programs,
  from: number,
  to: number,
): Promise<number[]> {
  const losses: number[] = [];
  for (let step = from; step < to; step++) {
    const kind = step % 4 === 3 ? 'partial' : 'full';
    const inputs = await uploadAll(device, batch(step, BATCH_SIZES[kind]));
    const results = await trainer.run(programs[kind], inputs, RATE);
    losses.push((await results.loss.read()).data[0]);
    disposeAll(inputs);
    disposeAll(results);
  }
  return losses;
}

/** Random images whose brightness tells the class. */
export function batch(index: number, size: number): HostTensors {
  const draw = new Draw(`batch ${index}`);
  const labels = draw.indices([size], CLASSES);
  const noise = draw.normal([size, 1, SIDE, SIDE]);
  const data = noise.data.map((value, i) => value + labels.data[Math.floor(i / SIDE ** 2)]);
  return { labels, images: { ...noise, data } };
}

/** Four steps, with batches of both sizes, end where they do on the reference. */
export async function checkTraining(device: Device, optimizer: Optimizer): Promise<void> {
  const states: ModelState[] = [];
  for (const each of [new ReferenceDevice(), device]) {
    const trainer = await Trainer.create(each, optimizer, parameters, initial);
    await train(each, trainer, await compilePrograms(each, optimizer), 0, 4);
    states.push(await trainer.modelState());
    trainer.dispose();
  }
  const [expected, actual] = states;
  for (const [parameter, tensor] of expected) {
    const found = actual.get(parameter);
    assert.ok(found, parameter);
    assertNormClose(found, tensor, 1e-4, parameter);
  }
}
