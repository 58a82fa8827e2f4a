import assert from 'node:assert/strict';
import { after, test } from 'node:test';

import { OnnxRuntimeDevice } from '../../src/engine/devices/onnxRuntimeDevice.ts';
import { ReferenceDevice } from '../../src/engine/devices/referenceDevice.ts';
import { gradientsOf } from '../../src/engine/gradient.ts';
import { trace, type TracedGraph } from '../../src/engine/graph.ts';
import { neg } from '../../src/engine/ops/neg.ts';
import { sum } from '../../src/engine/ops/sum.ts';
import { floatTensor, type HostTensor } from '../../src/engine/tensor.ts';
import { decode } from '../../src/models/vqvae.ts';
import { ModelScope } from '../../src/nn/modelScope.ts';
import { adam, scalarInputs } from '../../src/nn/optimizers.ts';
import { LatentOptimizer } from '../../src/tsynd/latentOptimizer.ts';
import { AUTOENCODER_PREFIX, CLASSIFIER_PREFIX, traceDecoding } from '../../src/tsynd/latentPrograms.ts';
import { monteCarloLogits, traceUncertainty } from '../../src/tsynd/monteCarlo.ts';
import { uncertaintyOf } from '../../src/tsynd/uncertainty.ts';
import { assertElementsClose, assertNormClose } from '../support/closeness.ts';
import { inPrecision } from '../support/inPrecision.ts';
import {
  checkLatentSteps,
  loadLatentModels,
  optimizeLatents,
  type Optimized,
} from '../support/latentFixture.ts';
import { runTraced, uploadAll } from '../support/runGraph.ts';

const models = await loadLatentModels();
const { fixture, config } = models;
const reference = new ReferenceDevice();
const cpu = new OnnxRuntimeDevice('cpu', { threads: 1 });
after(() => cpu.dispose());

const optimizer = adam();

/** An Adam step on latents as the fixture takes it: without clipping the images. */
function fixtureStep(): TracedGraph {
  return trace((graph) => {
    const latents = graph.input('latents', models.latents.shape);
    const images = decode(
      new ModelScope(graph, 'inference', AUTOENCODER_PREFIX),
      latents,
      config.autoencoder,
    );
    const scope = new ModelScope(graph, 'inference', CLASSIFIER_PREFIX);
    const logits = monteCarloLogits(
      scope,
      images,
      graph.input('masks', models.masks.shape),
      config.classifier,
    );
    const { mutualInformation } = uncertaintyOf(logits, 'softmax');
    const [gradient] = gradientsOf(sum(mutualInformation), [latents]);
    const slots = {
      firstMoment: graph.input('firstMoment', latents.shape),
      secondMoment: graph.input('secondMoment', latents.shape),
    };
    const next = optimizer.update(latents, neg(gradient), slots, scalarInputs(graph, optimizer, ''));
    return {
      images,
      logits,
      mutualInformation,
      gradient,
      nextLatents: next.parameter,
      nextFirstMoment: next.slots.firstMoment,
      nextSecondMoment: next.slots.secondMoment,
    };
  });
}

const RUNS = [
  {
    precision: 'float64',
    device: reference,
    forward: 1e-8,
    backward: 1e-8,
    assertClose: assertElementsClose,
  },
  { precision: 'float32', device: cpu, forward: 1e-3, backward: 5e-3, assertClose: assertNormClose },
] as const;

for (const { precision, device, forward, backward, assertClose } of RUNS) {
  test(`in ${precision} latent steps are PyTorch's`, async () => {
    const graph = fixtureStep();
    const { learningRate, steps } = fixture.description;
    const zeros = floatTensor(models.latents.shape, 0);
    let state: Record<string, HostTensor> = {
      latents: inPrecision(precision, models.latents),
      firstMoment: zeros,
      secondMoment: zeros,
    };
    const expected = fixture.tensor(`${precision}/objective`);
    const count = config.batchSize;
    for (let step = 0; step <= steps; step++) {
      const scalars = Object.entries(optimizer.scalars(step + 1, learningRate)).map(
        ([name, value]) => [name, floatTensor([], Float64Array.of(value))] as const,
      );
      const results = await runTraced(device, graph, {
        ...Object.fromEntries(models.tensors(precision)),
        ...Object.fromEntries(scalars),
        ...state,
        masks: inPrecision(precision, models.masks),
      });
      const wanted = floatTensor(
        [count],
        Float64Array.from(expected.data.slice(step * count, (step + 1) * count)),
      );
      assertClose(results.mutualInformation, wanted, forward, `objective after ${step} steps`);
      if (step === 0) {
        for (const name of ['images', 'logits'])
          assertClose(results[name], fixture.tensor(`${precision}/${name}`), forward, name);
        assertClose(results.gradient, fixture.tensor(`${precision}/gradient`), backward, 'gradient');
      }
      if (step === steps) {
        assertClose(state.latents, fixture.tensor(`${precision}/finalLatents`), forward, 'final latents');
      }
      state = {
        latents: results.nextLatents,
        firstMoment: results.nextFirstMoment,
        secondMoment: results.nextSecondMoment,
      };
    }
  });
}

const SETTINGS = { steps: 6, learningRate: 0.02 };

test('without steps the latents are decoded and evaluated', async () => {
  const { latents, images, objective } = await optimizeLatents(cpu, models, { steps: 0, learningRate: 1 });
  assert.deepEqual(latents.data, models.latents.data);
  await assertConsistent({ latents, images, objective });
});

test('steps raise the mutual information of every image, and what is returned belongs together', async () => {
  const start = await optimizeLatents(cpu, models, { steps: 0, learningRate: 1 });
  const result = await optimizeLatents(cpu, models, SETTINGS);
  result.objective.data.forEach((value, image) =>
    assert.ok(value > start.objective.data[image], `image ${image}`),
  );
  await assertConsistent(result);
});

test('the best iterate is kept: more steps never lower the objective, however long they are', async () => {
  const objectives: HostTensor[] = [];
  for (let steps = 0; steps <= 8; steps++) {
    const result = await optimizeLatents(cpu, models, { steps, learningRate: 1.5 });
    await assertConsistent(result);
    objectives.push(result.objective);
  }
  let isKept = false;
  for (let steps = 1; steps < objectives.length; steps++) {
    objectives[steps].data.forEach((value, image) => {
      assert.ok(value >= objectives[steps - 1].data[image], `image ${image} after ${steps} steps`);
      isKept ||= value === objectives[steps - 1].data[image];
    });
  }
  // Steps as long as these overshoot, so that the last iterate is not always the best.
  assert.ok(isKept);
});

test('an image does not depend on its neighbours in the batch', async () => {
  const whole = await optimizeLatents(reference, models, { steps: 1, learningRate: 0.02 });
  const alone = await LatentOptimizer.create(
    reference,
    { ...config, batchSize: 1 },
    { baked: models.tensors('float64') },
  );
  const size = models.latents.data.length / 3;
  const second = floatTensor(
    [1, ...models.latents.shape.slice(1)],
    Float64Array.from(models.latents.data.slice(size, 2 * size)),
  );
  const inputs = await uploadAll(reference, {
    masks: inPrecision('float64', models.masks),
    labels: { dtype: 'int32', shape: [1], data: Int32Array.of(1) },
  });
  const batch = await alone.optimize(await reference.upload(second), inputs, {
    steps: 1,
    learningRate: 0.02,
  });
  const latents = await batch.latents.read();
  const expected = floatTensor(latents.shape, Float64Array.from(whole.latents.data.slice(size, 2 * size)));
  assertElementsClose(latents, expected, 1e-12, 'latents of the second image');
});

test('the same inputs give the same bytes', async () => {
  assert.deepEqual(
    await optimizeLatents(cpu, models, SETTINGS),
    await optimizeLatents(cpu, models, SETTINGS),
  );
});

test('baked weights give what given ones do, and the cpu what the reference does', () =>
  checkLatentSteps(cpu));

for (const objective of ['entropy', 'cross-entropy'] as const) {
  test(`steps raise the ${objective} of every image`, async () => {
    const start = await optimizeLatents(cpu, models, { steps: 0, learningRate: 1 }, { objective });
    const result = await optimizeLatents(cpu, models, SETTINGS, { objective });
    result.objective.data.forEach((value, image) =>
      assert.ok(value > start.objective.data[image], `image ${image}`),
    );
  });
}

test('labels of sigmoids are a row of numbers an image', async () => {
  const labels = floatTensor([3, 3], [1, 0, 0, 0, 1, 1, 0, 0, 0]);
  const changes = { likelihood: 'sigmoid', objective: 'cross-entropy' } as const;
  const start = await optimizeLatents(cpu, models, { steps: 0, learningRate: 1 }, changes, { labels });
  const result = await optimizeLatents(cpu, models, SETTINGS, changes, { labels });
  result.objective.data.forEach((value, image) =>
    assert.ok(value > start.objective.data[image], `image ${image}`),
  );
});

/** The images are the latents' and the objective is the images'. */
async function assertConsistent({ latents, images, objective }: Optimized): Promise<void> {
  const weights = Object.fromEntries(models.tensors('float32'));
  const decoded = await runTraced(cpu, traceDecoding(config), { ...weights, latents });
  assertNormClose(images, decoded.images, 1e-5, 'images');
  const classifierWeights = Object.entries(weights)
    .filter(([name]) => name.startsWith(CLASSIFIER_PREFIX))
    .map(([name, tensor]) => [name.slice(CLASSIFIER_PREFIX.length), tensor] as const);
  const { mutualInformation } = await runTraced(cpu, traceUncertainty(config.classifier, config, 'softmax'), {
    ...Object.fromEntries(classifierWeights),
    images,
    masks: models.masks,
  });
  assertNormClose(objective, mutualInformation, 1e-4, 'objective');
}
