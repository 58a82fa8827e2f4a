import assert from 'node:assert/strict';
import { after, test } from 'node:test';

import { OnnxRuntimeDevice } from '../../src/engine/devices/onnxRuntimeDevice.ts';
import { ReferenceDevice } from '../../src/engine/devices/referenceDevice.ts';
import type { Device } from '../../src/engine/devices/device.ts';
import { gradientsOf } from '../../src/engine/gradient.ts';
import { sum } from '../../src/engine/ops/sum.ts';
import { floatTensor, intTensor, type HostTensor } from '../../src/engine/tensor.ts';
import {
  latentAdam,
  logOddsOf,
  traceAdversarialStep,
  traceTargets,
} from '../../src/explain/adversarialPrograms.ts';
import { AdversarialSearch, type AdversarialImages } from '../../src/explain/adversarialSearch.ts';
import { PREDICTED } from '../../src/explain/classActivation.ts';
import { traceDecoding, traceEncoding } from '../../src/tsynd/latentPrograms.ts';
import { assertElementsClose, assertNormClose } from '../support/closeness.ts';
import { Draw } from '../support/draw.ts';
import { loadResnet, loadVqvae, type Precision } from '../support/fixtures.ts';
import { allInPrecision, inPrecision } from '../support/inPrecision.ts';
import { loadLatentModels } from '../support/latentFixture.ts';
import { runOnce, runTraced } from '../support/runGraph.ts';

const models = await loadLatentModels();
const { config } = models;
const autoencoder = (await loadVqvae()).group('weights');
const classifier = (await loadResnet('resnet18')).group('weights');
/** Five images, which fill no whole number of batches of three. */
const images = new Draw('adversarial images').uniform([5, 1, 28, 28], 0, 1);
const pixels = 28 * 28;

const reference = new ReferenceDevice();
const cpu = new OnnxRuntimeDevice('cpu', { threads: 1 });
after(() => cpu.dispose());

const SETTINGS = { steps: 6, learningRate: 0.02 };
const all = (target: number): Int32Array => new Int32Array(5).fill(target);

async function search(
  device: Device,
  changes: Partial<typeof config> = {},
  { settings = SETTINGS, targets = all(PREDICTED), of = images } = {},
): Promise<AdversarialImages> {
  const precision: Precision = device.name === 'reference' ? 'float64' : 'float32';
  const program = await AdversarialSearch.create(
    device,
    { ...config, ...changes },
    {
      autoencoder: allInPrecision(precision, autoencoder),
      classifier: allInPrecision(precision, classifier),
    },
  );
  const found = await program.search(inPrecision(precision, of), targets, settings);
  await program.dispose();
  return found;
}

/** Class probabilities of images as the classifier gives them. */
async function probsOf(pixelsOfAll: Float32Array, classes: Int32Array): Promise<HostTensor> {
  const graph = traceTargets({ ...config, batchSize: 5 });
  const { probs } = await runTraced(cpu, graph, {
    ...Object.fromEntries(models.tensors('float32')),
    images: floatTensor(images.shape, pixelsOfAll),
    targets: intTensor([5], classes),
  });
  return probs;
}

for (const likelihood of ['softmax', 'sigmoid'] as const) {
  test(`${likelihood}: the log-odds are those of the class, and their gradient never vanishes`, async () => {
    const logits = floatTensor([3, 3], Float64Array.of(1, -2, 0.5, 40, 0, -3, -50, 2, 1));
    const classes = intTensor([3], [1, 0, 0]);
    const { odds, gradient } = await runOnce(
      reference,
      (graph) => {
        const given = graph.input('logits', [3, 3]);
        const odds = logOddsOf(given, graph.input('classes', [3], 'int32'), likelihood);
        return { odds, gradient: gradientsOf(sum(odds), [given])[0] };
      },
      { logits, classes },
    );
    const others = (a: number, b: number): number => Math.log(Math.exp(a) + Math.exp(b));
    const expected =
      likelihood === 'sigmoid'
        ? [-2, 40, -50]
        : [-2 - others(1, 0.5), 40 - others(0, -3), -50 - others(2, 1)];
    assertElementsClose(odds, floatTensor([3], Float64Array.from(expected)), 1e-12, 'log-odds');
    [1, 0, 0].forEach((label, image) => assert.equal(gradient.data[3 * image + label], 1, `image ${image}`));
  });

  test(`${likelihood}: the gradient of a step is that of the log-odds by central differences`, async () => {
    const graph = traceAdversarialStep({ ...config, likelihood });
    const classes = intTensor([3], [0, 1, 2]);
    const zeros = floatTensor(models.latents.shape, new Float64Array(models.latents.data.length));
    const scalars = Object.entries(latentAdam.scalars(1, 0.01)).map(
      ([name, value]) => [name, floatTensor([], Float64Array.of(value))] as const,
    );
    const run = (latents: Float64Array): Promise<Record<string, HostTensor>> =>
      runTraced(reference, graph, {
        ...Object.fromEntries(models.tensors('float64')),
        ...Object.fromEntries(scalars),
        latents: floatTensor(models.latents.shape, latents),
        firstMoment: zeros,
        secondMoment: zeros,
        classes,
      });
    const start = Float64Array.from(models.latents.data);
    // The first moment after one step from zero is the gradient.
    const { nextFirstMoment: gradient } = await run(start);
    const totalOdds = ({ probs }: Record<string, HostTensor>): number =>
      Array.from(probs.data).reduce((total, p) => total + Math.log(p / (1 - p)), 0);
    const direction = new Draw('direction').normal(models.latents.shape).data;
    const step = 1e-6;
    const [above, below] = [
      totalOdds(await run(start.map((value, i) => value + step * direction[i]))),
      totalOdds(await run(start.map((value, i) => value - step * direction[i]))),
    ];
    const slope = Array.from(gradient.data).reduce((total, g, i) => total + g * direction[i], 0);
    assert.ok(Math.abs(slope) > 1e-3);
    assert.ok(Math.abs((above - below) / (2 * step) - slope) < 1e-5 * Math.abs(slope));
  });
}

test('reconstructions are decoded from quantised latents, without noise', async () => {
  const { reconstructions } = await search(cpu);
  const weights = Object.fromEntries(models.tensors('float32'));
  const five = { ...config, batchSize: 5 };
  const { quantized } = await runTraced(cpu, traceEncoding(five), {
    ...weights,
    images,
    noise: new Draw('noise').normal([5, 4, 7, 7]),
    noiseScale: floatTensor([4], 1),
  });
  const decoded = await runTraced(cpu, traceDecoding(five), { ...weights, latents: quantized });
  assertNormClose(floatTensor(images.shape, reconstructions), decoded.images, 1e-5, 'reconstructions');
});

test('a small step never raises the probability of the class', async () => {
  const { probs } = await search(cpu, {}, { settings: { steps: 8, learningRate: 0.002 } });
  probs.forEach((course, image) => {
    for (let step = 1; step < course.length; step++) {
      assert.ok(course[step] < course[step - 1], `image ${image} at step ${step}`);
    }
  });
  assert.ok(probs.some((course) => course.length > 4));
});

test('a search ends with the first image of another class, and only with that', async () => {
  const { classes, originalProbs, adversarials, probs, flippedAt } = await search(
    cpu,
    { likelihood: 'sigmoid' },
    {
      settings: { steps: 6, learningRate: 0.05 },
      targets: Int32Array.of(0, 1, 2, PREDICTED, PREDICTED),
    },
  );
  assert.deepEqual([...classes.subarray(0, 3)], [0, 1, 2]);
  assert.ok(originalProbs.every((p) => p > 0 && p < 1));
  assert.ok(adversarials.every((value) => value >= 0 && value <= 1));
  probs.forEach((course, image) => {
    const last = course.length - 1;
    course.forEach((p, step) => assert.equal(p < 0.5, step === flippedAt[image], `image ${image}, ${step}`));
    assert.equal(last, flippedAt[image] ?? 6);
  });
});

test('the adversarial image has the last probability of its course, and the reconstruction the first', async () => {
  const { classes, reconstructions, adversarials, probs, originalProbs } = await search(cpu);
  const ends = (at: number): HostTensor =>
    floatTensor(
      [5],
      Float32Array.from(probs, (course) => course.at(at)!),
    );
  assertNormClose(await probsOf(reconstructions, classes), ends(0), 1e-4, 'reconstructions');
  assertNormClose(await probsOf(adversarials, classes), ends(-1), 1e-4, 'adversarials');
  const original = await probsOf(Float32Array.from(images.data), classes);
  assertNormClose(original, floatTensor([5], originalProbs), 1e-4, 'originals');
});

test('where the reconstruction is of another class already, nothing is changed', async () => {
  const predicted = await search(cpu, {}, { settings: { steps: 1, learningRate: 1e-6 } });
  // Whatever class the reconstruction has, the next one is another.
  const others = predicted.classes.map((label) => (label + 1) % 3);
  const { flippedAt, probs, reconstructions, adversarials } = await search(cpu, {}, { targets: others });
  flippedAt.forEach((step, image) => {
    if (step !== 0) return;
    assert.equal(probs[image].length, 1);
    const range = [image * pixels, (image + 1) * pixels] as const;
    assert.deepEqual(adversarials.slice(...range), reconstructions.slice(...range));
  });
  assert.ok(flippedAt.includes(0));
});

test('of a predicted class the one of the original image is meant', async () => {
  const named = await search(cpu);
  const graph = traceTargets({ ...config, batchSize: 5 });
  const { classes } = await runTraced(cpu, graph, {
    ...Object.fromEntries(models.tensors('float32')),
    images,
    targets: intTensor([5], all(PREDICTED)),
  });
  assert.deepEqual([...named.classes], [...classes.data]);
  assert.deepEqual(await search(cpu, {}, { targets: named.classes }), named);
});

test('the same images give the same bytes', async () => {
  assert.deepEqual(await search(cpu), await search(cpu));
});

test('an image does not depend on its batch, nor on what fills it', async () => {
  const settings = { steps: 1, learningRate: 0.02 };
  const batched = await search(reference, { batchSize: 3 }, { settings });
  const single = await search(reference, { batchSize: 1 }, { settings });
  assert.deepEqual(single.classes, batched.classes);
  assert.deepEqual(single.flippedAt, batched.flippedAt);
  for (const key of ['adversarials', 'reconstructions', 'originalProbs'] as const) {
    const expected = floatTensor([batched[key].length], batched[key]);
    assertElementsClose(floatTensor([single[key].length], single[key]), expected, 1e-6, key);
  }
});

test('no images are no work', async () => {
  const found = await search(cpu, {}, { of: floatTensor([0, 1, 28, 28], []), targets: new Int32Array(0) });
  assert.deepEqual([found.probs, found.flippedAt, found.adversarials.length], [[], [], 0]);
});

test('as many targets as images are needed', async () => {
  await assert.rejects(search(cpu, {}, { targets: Int32Array.of(1) }), /5 images have 1 targets/);
});
