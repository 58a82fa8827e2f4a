import assert from 'node:assert/strict';
import { after, test } from 'node:test';

import type { Device } from '../../src/engine/devices/device.ts';
import { OnnxRuntimeDevice } from '../../src/engine/devices/onnxRuntimeDevice.ts';
import { ReferenceDevice } from '../../src/engine/devices/referenceDevice.ts';
import { floatTensor, intTensor, type HostTensor } from '../../src/engine/tensor.ts';
import { classifierFeatures } from '../../src/models/classifier.ts';
import { ModelScope } from '../../src/nn/modelScope.ts';
import { CLASSIFIER_PREFIX } from '../../src/tsynd/latentPrograms.ts';
import { PixelAdversary, tracePixelStep, type PixelAdversaryConfig } from '../../src/tsynd/pixelAdversary.ts';
import { assertElementsClose, assertNormClose } from '../support/closeness.ts';
import { loadAugmentation } from '../support/fixtures.ts';
import { inPrecision, inputLike } from '../support/inPrecision.ts';
import { loadLatentModels } from '../support/latentFixture.ts';
import { disposeAll, runOnce, runTraced, uploadAll } from '../support/runGraph.ts';

const fixture = await loadAugmentation();
const models = await loadLatentModels();
const reference = new ReferenceDevice();
const cpu = new OnnxRuntimeDevice('cpu', { threads: 1 });
after(() => cpu.dispose());

const [images, labels] = [fixture.tensor('images'), fixture.tensor('labels')];
const config: PixelAdversaryConfig = {
  classifier: models.config.classifier,
  likelihood: 'softmax',
  imageSize: images.shape[2],
  batchSize: images.shape[0],
  ...fixture.description.pixel,
};

function weightsOn(device: Device): Map<string, HostTensor> {
  const weights = models.tensors(device === reference ? 'float64' : 'float32');
  return new Map([...weights].filter(([name]) => name.startsWith('classifier/')));
}

async function adversarial(
  device: Device,
  changes: Partial<PixelAdversaryConfig> = {},
  batch = { images, labels },
): Promise<HostTensor> {
  const adversary = await PixelAdversary.create(device, { ...config, ...changes });
  const classifier = await uploadAll(device, Object.fromEntries(weightsOn(device)));
  const precision = device === reference ? 'float64' : 'float32';
  const parents = { images: inPrecision(precision, batch.images), labels: batch.labels };
  const made = await adversary.generate(parents, classifier);
  const result = await made.read();
  disposeAll({ ...classifier, made });
  await adversary.dispose();
  return result;
}

test("in float64 the ascent is PyTorch's", async () =>
  assertElementsClose(await adversarial(reference), fixture.tensor('float64/adversarial'), 1e-8, 'images'));

test("on the cpu the ascent is PyTorch's", async () =>
  assertNormClose(await adversarial(cpu), fixture.tensor('float32/adversarial'), 1e-3, 'images'));

/** Pooled features `[N, F]`. */
async function featuresOf(of: HostTensor): Promise<HostTensor> {
  const { pooled } = await runOnce(
    cpu,
    (graph) => {
      const scope = new ModelScope(graph, 'inference', CLASSIFIER_PREFIX);
      return { pooled: classifierFeatures(scope, inputLike(graph, 'images', of), config.classifier).pooled };
    },
    { ...Object.fromEntries(weightsOn(cpu)), images: of },
  );
  return pooled;
}

/** CE - gamma d of each image, for features of the images as they were. */
async function objectiveOf(changed: HostTensor): Promise<number[]> {
  const { objective } = await runTraced(cpu, tracePixelStep(config), {
    ...Object.fromEntries(weightsOn(cpu)),
    images: changed,
    features: await featuresOf(images),
    labels,
  });
  return [...objective.data];
}

test('the ascent raises the cross-entropy less gamma times the distance of every image, within [0, 1]', async () => {
  const before = await objectiveOf(images);
  const made = await adversarial(cpu);
  const reached = await objectiveOf(made);
  reached.forEach((value, image) => assert.ok(value > before[image], `image ${image}`));
  assert.ok(made.data.every((value) => value >= 0 && value <= 1));
  const far = await adversarial(cpu, { learningRate: 1e5 });
  assert.ok(far.data.every((value) => value >= 0 && value <= 1));
  assert.ok(far.data.some((value) => value === 0) && far.data.some((value) => value === 1));
});

test('a larger gamma keeps the features closer to those of the parents', async () => {
  const start = await featuresOf(images);
  const distances = [];
  for (const gamma of [0, 50]) {
    const features = await featuresOf(await adversarial(cpu, { gamma }));
    const differences = Array.from(features.data, (value, index) => value - start.data[index]);
    distances.push(Math.hypot(...differences));
  }
  assert.ok(distances[1] < 0.7 * distances[0], distances.join(' '));
});

test('an image does not depend on its neighbours or on the size of the batch', async () => {
  const whole = await adversarial(cpu);
  const size = images.data.length / 3;
  const alone = await adversarial(
    cpu,
    { batchSize: 1 },
    {
      images: floatTensor([1, ...images.shape.slice(1)], images.data.slice(size, 2 * size) as Float32Array),
      labels: intTensor([1], [labels.data[1]]),
    },
  );
  const expected = floatTensor(alone.shape, whole.data.slice(size, 2 * size) as Float32Array);
  assertElementsClose(alone, expected, 1e-4, 'second image');
});
