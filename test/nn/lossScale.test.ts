import assert from 'node:assert/strict';
import { after, test } from 'node:test';

import { inPrecision } from '../../src/engine/devices/inPrecision.ts';
import { OnnxRuntimeDevice } from '../../src/engine/devices/onnxRuntimeDevice.ts';
import { floatTensor } from '../../src/engine/tensor.ts';
import { isStuck, scaledFor, withLossScaling } from '../../src/nn/lossScale.ts';
import { adam } from '../../src/nn/optimizers.ts';
import { Trainer } from '../../src/nn/trainer.ts';
import {
  CLASSES,
  compilePrograms,
  FEATURES,
  initial,
  parameters,
  train,
} from '../support/smallClassifier.ts';

const cpu = new OnnxRuntimeDevice('cpu', { threads: 1 });
const half = inPrecision(cpu, 'float16');
after(() => cpu.dispose());

/** Scale of the loss and finite steps in a row. */
async function scaleOf(trainer: Trainer): Promise<readonly (number | undefined)[]> {
  const snapshot = await trainer.snapshot();
  const [scale, steps] = [snapshot.get('optimizer.lossScale'), snapshot.get('optimizer.finiteSteps')];
  return [scale?.data[0], steps?.data[0]];
}

test('a step whose gradients overflow changes nothing but the scale, which is halved', async () => {
  const optimizer = withLossScaling(adam(), { initialScale: 2 ** 40 });
  const trainer = await Trainer.create(half, optimizer, parameters, initial);
  const before = await trainer.snapshot();
  const losses = await train(half, trainer, await compilePrograms(half, optimizer), 0, 1);
  const after = await trainer.snapshot();
  assert.ok(Number.isFinite(losses[0]));
  assert.equal(trainer.step, 1);
  assert.deepEqual(await scaleOf(trainer), [2 ** 39, 0]);
  for (const [name, tensor] of before) {
    if (name !== 'optimizer.lossScale') assert.deepEqual(after.get(name), tensor, name);
  }
});

test('the scale is halved until the gradients are finite, and then the model moves', async () => {
  const optimizer = withLossScaling(adam(), { initialScale: 2 ** 30 });
  const trainer = await Trainer.create(half, optimizer, parameters, initial);
  await train(half, trainer, await compilePrograms(half, optimizer), 0, 30);
  const [scale, finiteSteps] = await scaleOf(trainer);
  assert.ok(scale! < 2 ** 24 && scale! > 2 ** 8, `${scale}`);
  assert.ok(finiteSteps! > 5, `${finiteSteps}`);
  assert.notDeepEqual((await trainer.modelState()).get('linear.weight'), initial.get('linear.weight'));
});

test('a training whose gradients overflow at every scale is known to stand still, and no other is', async () => {
  const optimizer = withLossScaling(adam(), { initialScale: 4 });
  const programs = await compilePrograms(half, optimizer);
  const huge = new Map(initial).set('linear.weight', floatTensor([CLASSES, FEATURES], 1e30));
  const trainer = await Trainer.create(half, optimizer, parameters, huge);
  await train(half, trainer, programs, 0, 1);
  assert.deepEqual(await scaleOf(trainer), [2, 0]);
  assert.equal(isStuck(await trainer.snapshot()), false, 'a smaller scale is left to try');
  await train(half, trainer, programs, 1, 3);
  assert.deepEqual(await scaleOf(trainer), [1, 0]);
  assert.equal(isStuck(await trainer.snapshot()), true);

  const small = withLossScaling(adam(), { initialScale: 1 });
  const moving = await Trainer.create(half, small, parameters, initial);
  await train(half, moving, await compilePrograms(half, small), 0, 1);
  assert.equal(isStuck(await moving.snapshot()), false, 'its steps are taken');
  const single = await Trainer.create(cpu, adam(), parameters, initial);
  assert.equal(isStuck(await single.snapshot()), false);
});

test('the scale is doubled after so many finite steps, up to its bound', async () => {
  const optimizer = withLossScaling(adam(), { initialScale: 2, growthSteps: 3 });
  const trainer = await Trainer.create(half, optimizer, parameters, initial);
  const programs = await compilePrograms(half, optimizer);
  await train(half, trainer, programs, 0, 2);
  assert.deepEqual(await scaleOf(trainer), [2, 2]);
  await train(half, trainer, programs, 2, 3);
  assert.deepEqual(await scaleOf(trainer), [4, 0]);
  await train(half, trainer, programs, 3, 7);
  assert.deepEqual(await scaleOf(trainer), [8, 1]);
});

test('in half precision, training resumed from a snapshot gives the same bytes', async () => {
  const optimizer = withLossScaling(adam(), { initialScale: 2 ** 22, growthSteps: 2 });
  const programs = await compilePrograms(half, optimizer);
  const whole = await Trainer.create(half, optimizer, parameters, initial);
  const losses = await train(half, whole, programs, 0, 9);

  const first = await Trainer.create(half, optimizer, parameters, initial);
  const firstLosses = await train(half, first, programs, 0, 5);
  const resumed = await Trainer.create(half, optimizer, parameters, await first.snapshot(), first.step);
  const lastLosses = await train(half, resumed, await compilePrograms(half, optimizer), 5, 9);

  assert.deepEqual([...firstLosses, ...lastLosses], losses);
  assert.deepEqual(await resumed.snapshot(), await whole.snapshot());
});

test('training in half precision ends at the loss of single precision, and is not the same', async () => {
  const lossesOn = async (device: typeof half): Promise<number[]> => {
    const optimizer = scaledFor(device, adam());
    const trainer = await Trainer.create(device, optimizer, parameters, initial);
    return train(device, trainer, await compilePrograms(device, optimizer), 0, 160);
  };
  const meanOf = (values: readonly number[]): number => values.reduce((a, b) => a + b) / values.length;
  const [single, halved] = [await lossesOn(cpu), await lossesOn(half)];
  const [start, end, halvedEnd] = [single.slice(0, 8), single.slice(-40), halved.slice(-40)].map(meanOf);
  assert.ok(end < 0.8 * start, `${start} to ${end}`);
  assert.ok(Math.abs(halvedEnd - end) < 0.05 * start, `${halvedEnd}, in single precision ${end}`);
  assert.notDeepEqual(halved, single);
});

test('single precision has no scale', async () => {
  const trainer = await Trainer.create(cpu, scaledFor(cpu, adam()), parameters, initial);
  assert.deepEqual(await scaleOf(trainer), [undefined, undefined]);
});
