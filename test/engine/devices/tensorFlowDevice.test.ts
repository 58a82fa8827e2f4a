import assert from 'node:assert/strict';
import { after, test } from 'node:test';

import { OnnxRuntimeDevice } from '../../../src/engine/devices/onnxRuntimeDevice.ts';
import { TensorFlowDevice } from '../../../src/engine/devices/tensorFlowDevice.ts';
import { DeviceError } from '../../../src/engine/errors.ts';
import { trace } from '../../../src/engine/graph.ts';
import { add } from '../../../src/engine/ops/add.ts';
import { exp } from '../../../src/engine/ops/exp.ts';
import { gather } from '../../../src/engine/ops/gather.ts';
import { mul } from '../../../src/engine/ops/mul.ts';
import { stopGradient } from '../../../src/engine/ops/stopGradient.ts';
import { floatTensor, intTensor } from '../../../src/engine/tensor.ts';
import type { TensorFlow } from '../../../src/engine/tensorflow/tensorFlowContext.ts';
import { adam } from '../../../src/nn/optimizers.ts';
import { Trainer } from '../../../src/nn/trainer.ts';
import { checkAutoencoderTraining } from '../../support/autoencoderSteps.ts';
import { deviceContract, onnxDeviceContract } from '../../support/deviceContract.ts';
import { checkLatentSteps } from '../../support/latentFixture.ts';
import { disposeAll, readAll, runOnce } from '../../support/runGraph.ts';
import { checkTraining, compilePrograms, initial, parameters, train } from '../../support/smallClassifier.ts';
import { tensorFlowDevice, tensorFlowOnCpu } from '../../support/tensorFlowOnCpu.ts';

const device = tensorFlowDevice('NHWC');
const cpu = new OnnxRuntimeDevice('cpu', { threads: 1 });
after(() => cpu.dispose());

const { 'a hundred steps do not make the process grow': _, ...inputChecks } = onnxDeviceContract;
for (const [what, check] of Object.entries({ ...deviceContract, ...inputChecks })) {
  test(`tensorflow: ${what}`, () => check(device));
}

for (const layout of ['NCHW', 'NHWC'] as const) {
  const each = tensorFlowDevice(layout);
  test(`training steps end where they do on the reference, in ${layout}`, () => checkTraining(each, adam()));
  test(`autoencoder steps end where they do on the cpu, in ${layout}`, () =>
    checkAutoencoderTraining(cpu, each));
}

test('latent steps end where they do on the reference', () => checkLatentSteps(device));

test('a hundred training steps leave as many tensors as there were', async () => {
  const { tf, device: own } = deviceOnTensorFlow();
  const before = tf.memory().numTensors;
  const optimizer = adam();
  const trainer = await Trainer.create(own, optimizer, parameters, initial);
  const programs = await compilePrograms(own, optimizer);
  await train(own, trainer, programs, 0, 4);
  const inTraining = tf.memory();
  await train(own, trainer, programs, 4, 104);
  assert.equal(tf.memory().numTensors, inTraining.numTensors);
  assert.equal(tf.memory().numBytes, inTraining.numBytes);
  trainer.dispose();
  await Promise.all([programs.full.dispose(), programs.partial.dispose()]);
  assert.equal(tf.memory().numTensors, before);
});

test('what is computed on the way is freed after its last use', async () => {
  const size = 1000;
  const graph = trace((g) => {
    let y = g.input('x', [size]);
    for (let i = 0; i < 20; i++) y = exp(mul(y, 0.5));
    return { y };
  });
  const { tf, device: own } = deviceOnTensorFlow();
  const program = await own.compile(graph);
  const x = await own.upload(floatTensor([size], 0.1));
  let outputs = {};
  const before = tf.memory().numBytes;
  const { peakBytes } = await tf.profile(async () => {
    outputs = await program.run({ x });
    return [];
  });
  assert.ok(peakBytes - before <= 3 * 4 * size, `${peakBytes - before} bytes at the peak`);
  disposeAll({ x, ...outputs });
  await program.dispose();
});

test('an output that is an input, a constant or another output is a tensor of its own', async () => {
  const { tf, device: own } = deviceOnTensorFlow();
  const before = tf.memory().numTensors;
  const program = await own.compile(
    trace((g) => {
      const x = g.input('x', [2]);
      const sum = add(x, 1);
      return { x2: x, constant: g.constant(floatTensor([2], 7)), sum, same: sum, view: stopGradient(sum) };
    }),
  );
  const x = await own.upload(floatTensor([2], [1, 2]));
  const outputs = await program.run({ x });
  disposeAll({ x, sum: outputs.sum });
  await program.dispose();
  const { x2, constant, same, view } = outputs;
  const read = await readAll({ x2, constant, same, view });
  const values = Object.fromEntries(Object.entries(read).map(([name, { data }]) => [name, Array.from(data)]));
  assert.deepEqual(values, { x2: [1, 2], constant: [7, 7], same: [2, 3], view: [2, 3] });
  disposeAll({ x2, constant, same, view });
  assert.equal(tf.memory().numTensors, before);
});

test('an uploaded tensor does not change with the array that it was made from', async () => {
  const data = Float32Array.of(1, 2);
  const tensor = await device.upload(floatTensor([2], data));
  data.fill(9);
  const read = await tensor.read();
  assert.deepEqual(Array.from(read.data), [1, 2]);
  read.data.fill(9);
  assert.deepEqual(Array.from((await tensor.read()).data), [1, 2]);
  tensor.dispose();
});

test('a kernel that fails is named, and leaves no tensors', async () => {
  const { tf, device: own } = deviceOnTensorFlow();
  const program = await own.compile(
    trace((g) => ({ y: gather(exp(g.input('table', [2, 2])), g.input('rows', [1], 'int32')) })),
  );
  const [table, rows] = [await own.upload(floatTensor([2, 2], 1)), await own.upload(intTensor([1], [5]))];
  const before = tf.memory().numTensors;
  await assert.rejects(program.run({ table, rows }), (error) => {
    assert.ok(error instanceof DeviceError);
    assert.match(error.message, /^TensorFlow\.js cannot compute 'gather': /);
    return true;
  });
  assert.equal(tf.memory().numTensors, before);
  disposeAll({ table, rows });
  await program.dispose();
});

test('memory that is used up is told apart from other failures', async () => {
  const { device: own } = deviceOnTensorFlow({
    tensor: () => {
      throw new Error('OOM when allocating tensor with shape[4096,4096] and type float');
    },
  });
  await assert.rejects(own.upload(floatTensor([1], 1)), { name: 'DeviceError', failure: 'out-of-memory' });
});

test('half precision is refused', async () => {
  const graph = trace((g) => ({ y: exp(g.input('x', [1])) }));
  await assert.rejects(device.compile(graph, { precision: 'float16' }), {
    name: 'DeviceError',
    message: "TensorFlow.js has no float16: the device 'tensorflow' computes in float32 only.",
  });
});

test('a loop takes its steps and leaves no tensors', async () => {
  const { tf, device: own } = deviceOnTensorFlow();
  const before = tf.memory().numTensors;
  const results = await runOnce(
    own,
    (g) => {
      const next = add(g.input('state', [2]), g.input('change', [2]));
      return { next, seen: mul(next, 2) };
    },
    { state: floatTensor([2], [1, 2]), change: floatTensor([3, 2], [1, 10, 2, 20, 3, 30]) },
    { loop: { steps: 3, carried: new Map([['next', 'state']]), perStep: ['change'] } },
  );
  assert.deepEqual(Array.from(results.next.data), [7, 62]);
  assert.deepEqual(Array.from(results.seen.data), [4, 24, 8, 64, 14, 124]);
  assert.equal(tf.memory().numTensors, before);
});

test('a run lets others have their turn', async () => {
  const program = await device.compile(trace((g) => ({ y: exp(g.input('x', [1])) })));
  const x = await device.upload(floatTensor([1], 0));
  let turns = 0;
  const timer = setImmediate(() => turns++);
  disposeAll(await program.run({ x }));
  clearImmediate(timer);
  assert.equal(turns, 1);
  x.dispose();
  await program.dispose();
});

test('a device that is disposed of frees what was forgotten', async () => {
  const { tf, device: own } = deviceOnTensorFlow();
  const before = tf.memory().numTensors;
  const program = await own.compile(trace((g) => ({ y: add(g.input('x', [1]), 1) })));
  await program.run({ x: await own.upload(floatTensor([1], 0)) });
  await own.dispose();
  assert.equal(tf.memory().numTensors, before);
});

/** TensorFlow.js and a device of its own on it, some of its functions replaced. */
function deviceOnTensorFlow(changes: Partial<TensorFlow> = {}): { tf: TensorFlow; device: TensorFlowDevice } {
  const tf = { ...tensorFlowOnCpu, ...changes };
  const description = 'made for a test';
  return { tf, device: new TensorFlowDevice({ tf, layout: 'NHWC', description, hasGpu: false }) };
}
