import assert from 'node:assert/strict';
import { after, test } from 'node:test';

import type { Device } from '../../src/engine/devices/device.ts';
import { OnnxRuntimeDevice } from '../../src/engine/devices/onnxRuntimeDevice.ts';
import { ReferenceDevice } from '../../src/engine/devices/referenceDevice.ts';
import { mul } from '../../src/engine/ops/mul.ts';
import { sum } from '../../src/engine/ops/sum.ts';
import { floatTensor, type HostTensor } from '../../src/engine/tensor.ts';
import { constantInitializer } from '../../src/nn/initializers.ts';
import { crossEntropy } from '../../src/nn/losses.ts';
import { adam, decaysInTimm, type Optimizer } from '../../src/nn/optimizers.ts';
import { Trainer, traceTrainingStep } from '../../src/nn/trainer.ts';
import { assertElementsClose, assertNormClose, assertNumberClose } from '../support/closeness.ts';
import { digestOf, loadOptimizers, loadResnet, type Precision } from '../support/fixtures.ts';
import { allInPrecision, inPrecision, inputLike } from '../support/inPrecision.ts';
import { resnetLogits } from '../support/resnetModels.ts';
import { uploadAll } from '../support/runGraph.ts';

const fixture = await loadOptimizers();
const network = await loadResnet('resnet18');
const cpu = new OnnxRuntimeDevice('cpu', { threads: 1 });
after(() => cpu.dispose());

interface Options {
  readonly weightDecay?: number | undefined;
}

const OPTIMIZERS = {
  adam: () => adam(),
  adamw: ({ weightDecay = 0 }: Options) => adam({ weightDecay }),
};
const NAMES = ['adam', 'adamw'] as const;

for (const name of NAMES) {
  test(`${name}: three steps in float64 are PyTorch's`, () =>
    checkThreeSteps(new ReferenceDevice(), name, 'float64'));
  test(`${name}: three steps on the cpu are PyTorch's`, () => checkThreeSteps(cpu, name, 'float32'));
}

/** Trains the ResNet-18 of the fixture on its batch; compares losses and parameters. */
async function checkThreeSteps(
  device: Device,
  name: (typeof NAMES)[number],
  precision: Precision,
): Promise<void> {
  const { sampledParameters, optimizers } = fixture.description;
  const run = optimizers[name];
  const optimizer = OPTIMIZERS[name](run.options);
  const [images, labels] = [inPrecision(precision, fixture.tensor('images')), fixture.tensor('labels')];

  const program = await device.compile(
    traceTrainingStep(optimizer, (scope, graph) => {
      const logits = resnetLogits(scope, inputLike(graph, 'images', images), 'resnet18', network.description);
      return { loss: crossEntropy(logits, inputLike(graph, 'labels', labels)) };
    }),
  );
  const weights = allInPrecision(precision, network.group('weights'));
  const trainer = await Trainer.create(device, optimizer, network.description.parameterNames, weights);
  const batch = await uploadAll(device, { images, labels });
  const tolerance = precision === 'float64' ? 1e-8 : 1e-3;
  for (const expected of run[precision].losses) {
    const { loss } = await trainer.run(program, batch, run.options.learningRate);
    assertNumberClose((await loss.read()).data[0], expected, tolerance, `${name} loss`);
  }

  const trained = await trainer.modelState();
  const assertClose: (actual: HostTensor, expected: HostTensor, tolerance: number, what: string) => void =
    precision === 'float64' ? assertElementsClose : assertNormClose;
  for (const parameter of sampledParameters) {
    const actual = trained.get(parameter);
    assert.ok(actual);
    assertClose(actual, fixture.tensor(`${precision}/${name}/${parameter}`), tolerance, parameter);
  }
  for (const [parameter, expected] of Object.entries(run[precision].parameters)) {
    const actual = trained.get(parameter);
    assert.ok(actual);
    const digest = digestOf(actual);
    assertNumberClose(digest.norm, expected.norm, tolerance, `${parameter} norm`);
    // The projection may be near zero: its error is bounded by the norm's.
    assert.ok(
      Math.abs(digest.cosDot - expected.cosDot) <= tolerance * expected.norm * Math.sqrt(actual.data.length),
      parameter,
    );
  }
  await program.dispose();
}

test('the first step of Adam is the rate, whatever the size of the gradient', async () => {
  const [first, second] = await stepOnce(adam(), 0.25);
  assertNumberClose(first, 0.75, 1e-7, 'positive gradient');
  assertNumberClose(second, -2.75, 1e-7, 'negative gradient');
});

test('weight decay shrinks the parameters that decay, and no others', async () => {
  const [first, second] = await stepOnce(adam({ weightDecay: 0.5, decays: (name) => name === 'p' }), 0.25);
  assertNumberClose(first, 1 * (1 - 0.25 * 0.5) - 0.25, 1e-7, 'positive gradient');
  assertNumberClose(second, -3 * (1 - 0.25 * 0.5) + 0.25, 1e-7, 'negative gradient');
  const kept = await stepOnce(adam({ weightDecay: 0.5, decays: () => false }), 0.25);
  assert.deepEqual(kept, await stepOnce(adam(), 0.25));
});

test("timm's rule decays matrices and kernels, but no biases, scales, tokens and positions", () => {
  const shapes = {
    'patch_embed.proj.weight': [192, 1, 4, 4],
    'blocks.0.attn.qkv.weight': [576, 192],
    'blocks.0.attn.qkv.bias': [576],
    'blocks.0.norm1.weight': [192],
    cls_token: [1, 1, 192],
    dist_token: [1, 1, 192],
    pos_embed: [1, 50, 192],
    'head.bias': [2],
  };
  const decayed = Object.entries(shapes).filter(([name, shape]) => decaysInTimm(name, shape));
  assert.deepEqual(
    decayed.map(([name]) => name),
    ['patch_embed.proj.weight', 'blocks.0.attn.qkv.weight'],
  );
});

/** One step on the loss sum p^2 from p = (1, -3), in float64. */
async function stepOnce(optimizer: Optimizer, learningRate: number): Promise<number[]> {
  const device = new ReferenceDevice();
  const program = await device.compile(
    traceTrainingStep(optimizer, (scope) => {
      const p = scope.parameter('p', [2], constantInitializer(0));
      return { loss: sum(mul(p, p)) };
    }),
  );
  const start = new Map([['p', floatTensor([2], Float64Array.of(1, -3))]]);
  const trainer = await Trainer.create(device, optimizer, ['p'], start);
  await trainer.run(program, {}, learningRate);
  const state = await trainer.modelState();
  return Array.from(state.get('p')?.data ?? []);
}
