import assert from 'node:assert/strict';
import { after, test } from 'node:test';

import type { Device, Program } from '../../src/engine/devices/device.ts';
import { OnnxRuntimeDevice } from '../../src/engine/devices/onnxRuntimeDevice.ts';
import { ReferenceDevice } from '../../src/engine/devices/referenceDevice.ts';
import type { TracedGraph } from '../../src/engine/graph.ts';
import { globalAveragePool } from '../../src/engine/ops/avgPool2d.ts';
import { relu } from '../../src/engine/ops/relu.ts';
import { randomKey } from '../../src/engine/random.ts';
import { crossEntropy } from '../../src/nn/losses.ts';
import { convBatchNormLayer, linearLayer } from '../../src/nn/layers.ts';
import type { ModelScope } from '../../src/nn/modelScope.ts';
import { describeModel, initializeModel, type ModelState } from '../../src/nn/modelState.ts';
import { adam, sgd, type Optimizer } from '../../src/nn/optimizers.ts';
import { Trainer, traceTrainingStep } from '../../src/nn/trainer.ts';
import type { Value } from '../../src/engine/graph.ts';
import { assertNormClose } from '../support/closeness.ts';
import { Draw } from '../support/draw.ts';
import { disposeAll, uploadAll, type HostTensors } from '../support/runGraph.ts';

const CLASSES = 3;
const FULL_BATCH = 6;
const PARTIAL_BATCH = 2;
const RATE = 0.05;

const reference = new ReferenceDevice();
const cpu = new OnnxRuntimeDevice('cpu', { threads: 1 });
after(() => cpu.dispose());

function logitsOf(scope: ModelScope, images: Value): Value {
  const conv = { outChannels: 4, kernelSize: 3, padding: 1 };
  const features = relu(convBatchNormLayer(scope, 'conv', 'bn', images, conv));
  return linearLayer(scope, 'linear', globalAveragePool(features), CLASSES);
}

const declare = (scope: ModelScope): Value => logitsOf(scope, scope.graph.input('images', [2, 1, 6, 6]));
const initial = initializeModel(declare, randomKey(3));
const parameters = [...describeModel(declare).parameters.keys()];

function stepGraph(optimizer: Optimizer, size: number): TracedGraph {
  return traceTrainingStep(optimizer, (scope, graph) => {
    const logits = logitsOf(scope, graph.input('images', [size, 1, 6, 6]));
    const labels = graph.input('labels', [size], 'int32');
    return { loss: crossEntropy(logits, labels), reports: { logits } };
  });
}

/** Random images whose brightness tells the class. */
function batch(index: number, size: number): HostTensors {
  const draw = new Draw(`trainer batch ${index}`);
  const labels = draw.indices([size], CLASSES);
  const images = draw.normal([size, 1, 6, 6]);
  return {
    labels,
    images: { ...images, data: images.data.map((x, i) => x + labels.data[Math.floor(i / 36)]) },
  };
}

/** Steps `from` to `to`, each fourth with a smaller batch; returns the losses. */
async function train(
  device: Device,
  trainer: Trainer,
  programs: { readonly full: Program; readonly partial: Program },
  from: number,
  to: number,
): Promise<number[]> {
  const losses: number[] = [];
  for (let step = from; step < to; step++) {
    const isPartial = step % 4 === 3;
    const inputs = await uploadAll(device, batch(step, isPartial ? PARTIAL_BATCH : FULL_BATCH));
    const results = await trainer.run(isPartial ? programs.partial : programs.full, inputs, RATE);
    losses.push((await results.loss.read()).data[0]);
    disposeAll(inputs);
    disposeAll(results);
  }
  return losses;
}

async function compileBoth(
  device: Device,
  optimizer: Optimizer,
): Promise<{ full: Program; partial: Program }> {
  return {
    full: await device.compile(stepGraph(optimizer, FULL_BATCH)),
    partial: await device.compile(stepGraph(optimizer, PARTIAL_BATCH)),
  };
}

for (const [name, optimizer] of Object.entries({ adam: adam(), sgd: sgd({ weightDecay: 1e-3 }) })) {
  test(`${name}: training resumed from a snapshot gives the same bytes`, async () => {
    const programs = await compileBoth(cpu, optimizer);
    const whole = await Trainer.create(cpu, optimizer, parameters, initial);
    const losses = await train(cpu, whole, programs, 0, 9);

    const first = await Trainer.create(cpu, optimizer, parameters, initial);
    const firstLosses = await train(cpu, first, programs, 0, 5);
    const snapshot: ModelState = await first.snapshot();
    first.dispose();
    // Other programs, as another process has.
    const fresh = await compileBoth(cpu, optimizer);
    const resumed = await Trainer.create(cpu, optimizer, parameters, snapshot, first.step);
    const lastLosses = await train(cpu, resumed, fresh, 5, 9);

    assert.equal(resumed.step, 9);
    assert.deepEqual([...firstLosses, ...lastLosses], losses);
    assert.deepEqual(await resumed.snapshot(), await whole.snapshot());
  });

  test(`${name}: batches of two sizes train one state, on the cpu as on the reference`, async () => {
    const states: ModelState[] = [];
    for (const device of [reference, cpu]) {
      const trainer = await Trainer.create(device, optimizer, parameters, initial);
      await train(device, trainer, await compileBoth(device, optimizer), 0, 4);
      states.push(await trainer.modelState());
    }
    const [expected, actual] = states;
    for (const [parameter, tensor] of expected) {
      const found = actual.get(parameter);
      assert.ok(found);
      assertNormClose(found, tensor, 1e-4, parameter);
    }
  });
}

test('training lowers the loss', async () => {
  const optimizer = adam();
  const trainer = await Trainer.create(cpu, optimizer, parameters, initial);
  const losses = await train(cpu, trainer, await compileBoth(cpu, optimizer), 0, 60);
  const meanOf = (values: readonly number[]): number => values.reduce((a, b) => a + b) / values.length;
  assert.ok(meanOf(losses.slice(-8)) < 0.6 * meanOf(losses.slice(0, 8)), losses.join(' '));
});

test('a state lists what it should: model tensors, and optimiser slots in a snapshot only', async () => {
  const trainer = await Trainer.create(cpu, adam(), parameters, initial);
  assert.deepEqual([...(await trainer.modelState()).keys()], [...initial.keys()]);
  assert.deepEqual(
    Object.keys(trainer.modelTensors('classifier/')),
    [...initial.keys()].map((name) => `classifier/${name}`),
  );
  const snapshot = await trainer.snapshot();
  assert.equal(snapshot.size, initial.size + 2 * parameters.length);
  assert.deepEqual(snapshot.get('optimizer.firstMoment.linear.weight')?.shape, [CLASSES, 4]);
  assert.equal(trainer.step, 0);
});

test('running statistics move by a tenth, the variance as the unbiased one', async () => {
  const optimizer = sgd();
  const trainer = await Trainer.create(reference, optimizer, parameters, initial);
  const program = await reference.compile(
    traceTrainingStep(optimizer, (scope, graph) => {
      const x = graph.input('images', [2, 1, 1, 2]);
      const conv = { outChannels: 4, kernelSize: 1 };
      convBatchNormLayer(scope, 'conv', 'bn', x, conv);
      return { loss: graph.scalar(0) };
    }),
  );
  const weights: HostTensors = {
    images: { dtype: 'float32', shape: [2, 1, 1, 2], data: Float64Array.of(1, 2, 3, 6) },
    'conv.weight': { dtype: 'float32', shape: [4, 1, 1, 1], data: Float64Array.of(1, -1, 2, 0) },
  };
  await trainer.run(program, await uploadAll(reference, weights), RATE);
  const state = await trainer.modelState();
  // Mean 3, sum of squared deviations 14, unbiased variance 14 / 3.
  const expectedMean = [0.3, -0.3, 0.6, 0];
  const expectedVariance = [1, 1, 4, 0].map((factor) => 0.9 + (0.1 * factor * 14) / 3);
  state
    .get('bn.running_mean')
    ?.data.forEach((value, i) => assert.ok(Math.abs(value - expectedMean[i]) < 1e-12));
  state
    .get('bn.running_var')
    ?.data.forEach((value, i) => assert.ok(Math.abs(value - expectedVariance[i]) < 1e-12));
});
