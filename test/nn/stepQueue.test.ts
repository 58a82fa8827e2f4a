import assert from 'node:assert/strict';
import { after, test } from 'node:test';

import type { Device, DeviceTensor } from '../../src/engine/devices/device.ts';
import { OnnxRuntimeDevice } from '../../src/engine/devices/onnxRuntimeDevice.ts';
import { ReferenceDevice } from '../../src/engine/devices/referenceDevice.ts';
import { floatTensor, type HostTensor } from '../../src/engine/tensor.ts';
import type { ModelState } from '../../src/nn/modelState.ts';
import { adam } from '../../src/nn/optimizers.ts';
import { StepProgram } from '../../src/nn/stepProgram.ts';
import { StepQueue, type StepQueueOptions, type TakenStep } from '../../src/nn/stepQueue.ts';
import { Trainer } from '../../src/nn/trainer.ts';
import { batch, compilePrograms, initial, parameters, stepGraph, train } from '../support/smallClassifier.ts';
import { failingDevice } from '../support/failingDevice.ts';
import { withoutState } from '../support/withoutState.ts';

const cpu = new OnnxRuntimeDevice('cpu', { threads: 1 });
after(() => cpu.dispose());

const RATE = 0.05;
const optimizer = adam();

interface Trained {
  /** What was told after each step, and at the end. */
  readonly told: TakenStep<number>[][];
  readonly state: ModelState;
}

/** Takes steps through a queue, every fourth one with a smaller batch. */
async function trainThrough(
  device: Device,
  steps: number,
  { options = {}, sizes = [6, 6, 6, 2] }: { options?: StepQueueOptions; sizes?: number[] } = {},
): Promise<Trained> {
  const queue = new StepQueue<number>(device, options);
  const programs = new Map(sizes.map((size) => [size, new StepProgram(device, stepGraph(optimizer, size))]));
  const trainer = await Trainer.create(device, optimizer, parameters, initial);
  const told: TakenStep<number>[][] = [];
  for (let label = 0; label < steps; label++) {
    const size = sizes[label % sizes.length];
    const program = programs.get(size)!;
    told.push([
      ...(await queue.add({ trainer, program, batch: batch(label, size), learningRate: RATE, label })),
    ]);
  }
  told.push([...(await queue.flush())]);
  assert.equal(trainer.step, steps);
  assert.deepEqual(await queue.flush(), []);
  const state = await trainer.snapshot();
  queue.dispose();
  trainer.dispose();
  for (const program of programs.values()) await program.dispose();
  return { told, state };
}

/** The same without a queue. */
async function trainPlainly(device: Device, steps: number): Promise<{ losses: number[]; state: ModelState }> {
  const trainer = await Trainer.create(device, optimizer, parameters, initial);
  const losses = await train(device, trainer, await compilePrograms(device, optimizer), 0, steps);
  return { losses, state: await trainer.snapshot() };
}

/** A device that is not the processor: reading costs something there. */
function elsewhere(device: Device): { device: Device; unread: () => number } {
  let unread = 0;
  const held = new Map<DeviceTensor, DeviceTensor>();
  const counted = (tensor: DeviceTensor): DeviceTensor => {
    unread++;
    const wrapper: DeviceTensor = {
      shape: tensor.shape,
      dtype: tensor.dtype,
      read: () => tensor.read(),
      dispose: () => {
        unread--;
        tensor.dispose();
      },
    };
    held.set(wrapper, tensor);
    return wrapper;
  };
  return {
    unread: () => unread,
    device: {
      name: 'webgpu',
      description: device.description,
      keepsState: true,
      upload: async (tensor: HostTensor) => counted(await device.upload(tensor)),
      compile: async (...given) => {
        const program = await device.compile(...given);
        return {
          inputNames: program.inputNames,
          run: async (inputs) => {
            const given = Object.entries(inputs).map(([name, t]) => [name, held.get(t)!] as const);
            const outputs = await program.run(Object.fromEntries(given));
            return Object.fromEntries(Object.entries(outputs).map(([name, t]) => [name, counted(t)]));
          },
          dispose: () => program.dispose(),
        };
      },
      dispose: () => device.dispose(),
    },
  };
}

const labelsOf = (told: readonly TakenStep<number>[][]): number[][] =>
  told.map((steps) => steps.map(({ label }) => label));
const lossesOf = (told: readonly TakenStep<number>[][]): number[] =>
  told.flat().map(({ values }) => values.loss);

test('on the processor each step is told at once, as it is without a queue', async () => {
  const expected = await trainPlainly(cpu, 9);
  const { told, state } = await trainThrough(cpu, 9);
  assert.deepEqual(labelsOf(told), [...Array.from({ length: 9 }, (_, label) => [label]), []]);
  assert.deepEqual(lossesOf(told), expected.losses);
  assert.deepEqual(state, expected.state);
});

test('without state on the device steps run in loops, to the same bytes, in order', async () => {
  const expected = await trainPlainly(cpu, 9);
  const { device, loops } = withoutState(cpu);
  const { told, state } = await trainThrough(device, 9);
  assert.deepEqual(lossesOf(told), expected.losses);
  assert.deepEqual(state, expected.state);
  // Three full batches, then a smaller one, which ends the loop; the ninth step waits for the end.
  assert.deepEqual(loops, [3]);
  assert.deepEqual(labelsOf(told), [[], [], [], [0, 1, 2], [3], [], [], [4, 5, 6], [7], [8]]);
});

test('loops are as long as they may be: by number, by the device, by memory', async () => {
  const sizes = [4];
  const many = withoutState(cpu);
  const { told } = await trainThrough(many.device, 37, { sizes });
  assert.deepEqual(many.loops, [16, 5]);
  assert.deepEqual(
    labelsOf(told).flatMap((labels, after) => (labels.length > 0 ? [[after + 1, labels.length]] : [])),
    [
      [16, 16],
      [32, 16],
      [38, 5],
    ],
  );
  const few = withoutState(cpu, 3);
  await trainThrough(few.device, 7, { sizes });
  assert.deepEqual(few.loops, [3]);

  const { device, loops } = withoutState(cpu);
  const queue = new StepQueue<number>(device);
  const trainer = await Trainer.create(device, optimizer, parameters, initial);
  const program = new StepProgram(device, stepGraph(optimizer, 4));
  // 100 MB that no program asks for.
  const ballast = floatTensor([25e6], 0);
  const step = { trainer, program, batch: { ...batch(0, 4), ballast }, learningRate: RATE };
  assert.deepEqual(await queue.add({ ...step, label: 0 }), []);
  assert.equal((await queue.add({ ...step, label: 1 })).length, 2);
  assert.deepEqual(loops, [2]);
});

test('the reference agrees', async () => {
  const reference = new ReferenceDevice();
  const expected = await trainThrough(reference, 5);
  const { told, state } = await trainThrough(withoutState(reference).device, 5);
  assert.deepEqual(told.flat(), expected.told.flat());
  assert.deepEqual(state, expected.state);
});

test('where reading costs something results are read together, after 16 steps or when somebody waits', async () => {
  const expected = await trainPlainly(cpu, 20);
  let asked = 0;
  const isReadingDue = (): boolean => ++asked === 4;
  const { device, unread } = elsewhere(cpu);
  const { told, state } = await trainThrough(device, 22, { options: { isReadingDue } });
  assert.deepEqual(
    labelsOf(told).flatMap((labels, after) => (labels.length > 0 ? [[after + 1, labels.length]] : [])),
    [
      [4, 4],
      [20, 16],
      [23, 2],
    ],
  );
  assert.deepEqual(lossesOf(told).slice(0, 20), expected.losses);
  assert.equal(state.size, initial.size + 2 * parameters.length);
  assert.equal(unread(), 0, 'tensors are left on the device');
});

test('a queue that is given up frees what it holds', async () => {
  const { device, unread } = elsewhere(cpu);
  for (const keepsState of [true, false]) {
    const each = { ...device, keepsState };
    const queue = new StepQueue<number>(each);
    const trainer = await Trainer.create(each, optimizer, parameters, initial);
    const held = unread();
    const program = new StepProgram(each, stepGraph(optimizer, 4));
    for (let label = 0; label < 3; label++) {
      const { images, labels } = batch(label, 4);
      const inputs = { images: await each.upload(images), labels };
      await queue.add({ trainer, program, batch: inputs, learningRate: RATE, label });
    }
    assert.ok(unread() > held);
    queue.dispose();
    assert.equal(unread(), held);
    assert.deepEqual(await queue.flush(), []);
    assert.equal(trainer.step, keepsState ? 3 : 0);
    trainer.dispose();
  }
});

test('a step that fails leaves nothing on the device but the trainer', async () => {
  for (const keepsState of [true, false]) {
    const { device, unread } = elsewhere(failingDevice(cpu, keepsState ? 3 : 1));
    const each = { ...device, keepsState };
    const queue = new StepQueue<number>(each);
    const trainer = await Trainer.create(each, optimizer, parameters, initial);
    const held = unread();
    const program = new StepProgram(each, stepGraph(optimizer, 4));
    const takeFive = async (): Promise<void> => {
      for (let label = 0; label < 5; label++) {
        const { images, labels } = batch(label, 4);
        const inputs = { images: await each.upload(images), labels };
        await queue.add({ trainer, program, batch: inputs, learningRate: RATE, label });
      }
      await queue.flush();
    };
    await assert.rejects(takeFive(), /lost/);
    queue.dispose();
    assert.equal(unread(), held);
    trainer.dispose();
  }
});

test('steps of another trainer wait for those before them', async () => {
  const { device } = withoutState(cpu);
  const queue = new StepQueue<string>(device);
  const program = new StepProgram(device, stepGraph(optimizer, 4));
  const trainers = [
    await Trainer.create(device, optimizer, parameters, initial),
    await Trainer.create(device, optimizer, parameters, initial),
  ];
  const told: string[] = [];
  for (const [label, index] of [
    ['a', 0],
    ['b', 0],
    ['c', 1],
  ] as const) {
    const step = { trainer: trainers[index], program, batch: batch(0, 4), learningRate: RATE, label };
    told.push(...(await queue.add(step)).map((taken) => taken.label));
  }
  assert.deepEqual(told, ['a', 'b']);
  await queue.advance();
  assert.deepEqual(
    trainers.map(({ step }) => step),
    [2, 1],
  );
  assert.deepEqual(
    (await queue.flush()).map(({ label }) => label),
    ['c'],
  );
});
