import assert from 'node:assert/strict';
import { after, test } from 'node:test';

import { OnnxRuntimeDevice } from '../../src/engine/devices/onnxRuntimeDevice.ts';
import { ReferenceDevice } from '../../src/engine/devices/referenceDevice.ts';
import type { HostTensor } from '../../src/engine/tensor.ts';
import { convBatchNormLayer } from '../../src/nn/layers.ts';
import type { ModelState } from '../../src/nn/modelState.ts';
import { adam } from '../../src/nn/optimizers.ts';
import { Trainer, traceTrainingStep } from '../../src/nn/trainer.ts';
import { uploadAll, type HostTensors } from '../support/runGraph.ts';
import {
  CLASSES,
  FEATURES,
  checkTraining,
  compilePrograms,
  initial,
  parameters,
  train,
} from '../support/smallClassifier.ts';

const reference = new ReferenceDevice();
const cpu = new OnnxRuntimeDevice('cpu', { threads: 1 });
after(() => cpu.dispose());

for (const [name, optimizer] of Object.entries({ adam: adam(), adamw: adam({ weightDecay: 1e-3 }) })) {
  test(`${name}: training resumed from a snapshot gives the same bytes`, async () => {
    const programs = await compilePrograms(cpu, optimizer);
    const whole = await Trainer.create(cpu, optimizer, parameters, initial);
    const losses = await train(cpu, whole, programs, 0, 9);

    const first = await Trainer.create(cpu, optimizer, parameters, initial);
    const firstLosses = await train(cpu, first, programs, 0, 5);
    const snapshot: ModelState = await first.snapshot();
    first.dispose();
    // Other programs, as another process has.
    const fresh = await compilePrograms(cpu, optimizer);
    const resumed = await Trainer.create(cpu, optimizer, parameters, snapshot, first.step);
    const lastLosses = await train(cpu, resumed, fresh, 5, 9);

    assert.equal(resumed.step, 9);
    assert.deepEqual([...firstLosses, ...lastLosses], losses);
    assert.deepEqual(await resumed.snapshot(), await whole.snapshot());
  });

  test(`${name}: batches of two sizes train one state, on the cpu as on the reference`, () =>
    checkTraining(cpu, optimizer));
}

test('training lowers the loss', async () => {
  const optimizer = adam();
  const trainer = await Trainer.create(cpu, optimizer, parameters, initial);
  const losses = await train(cpu, trainer, await compilePrograms(cpu, optimizer), 0, 120);
  const meanOf = (values: readonly number[]): number => values.reduce((a, b) => a + b) / values.length;
  assert.ok(meanOf(losses.slice(-40)) < 0.8 * meanOf(losses.slice(0, 8)), losses.join(' '));
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
  assert.deepEqual(snapshot.get('optimizer.firstMoment.linear.weight')?.shape, [CLASSES, FEATURES]);
  assert.equal(trainer.step, 0);
});

test('running statistics move by a tenth, the variance as the unbiased one', async () => {
  const optimizer = adam();
  const trainer = await Trainer.create(reference, optimizer, parameters, initial);
  const program = await reference.compile(
    traceTrainingStep(optimizer, (scope, graph) => {
      const x = graph.input('images', [2, 1, 1, 2]);
      const conv = { outChannels: FEATURES, kernelSize: 1 };
      convBatchNormLayer(scope, 'conv', 'bn', x, conv);
      return { loss: graph.scalar(0) };
    }),
  );
  const zeros: HostTensor = { dtype: 'float32', shape: [4, 1, 1, 1], data: new Float64Array(4) };
  const weights: HostTensors = {
    images: { dtype: 'float32', shape: [2, 1, 1, 2], data: Float64Array.of(1, 2, 3, 6) },
    'conv.weight': { dtype: 'float32', shape: [4, 1, 1, 1], data: Float64Array.of(1, -1, 2, 0) },
    'optimizer.firstMoment.conv.weight': zeros,
    'optimizer.secondMoment.conv.weight': zeros,
  };
  await trainer.run(program, await uploadAll(reference, weights), 0.1);
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
