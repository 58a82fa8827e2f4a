import assert from 'node:assert/strict';
import { after, test } from 'node:test';

import type { Device } from '../../src/engine/devices/device.ts';
import { OnnxRuntimeDevice } from '../../src/engine/devices/onnxRuntimeDevice.ts';
import { ReferenceDevice } from '../../src/engine/devices/referenceDevice.ts';
import { floatTensor, type HostTensor } from '../../src/engine/tensor.ts';
import { PREDICTED, type ClassActivationConfig } from '../../src/explain/classActivation.ts';
import { SaliencyProgram, type SaliencyMaps } from '../../src/explain/saliencyProgram.ts';
import { TsyndError } from '../../src/protocol/errors.ts';
import { tracePrediction } from '../../src/tsynd/classifierTraining.ts';
import { assertElementsClose, assertNormClose } from '../support/closeness.ts';
import { Draw } from '../support/draw.ts';
import { loadResnet } from '../support/fixtures.ts';
import { allInPrecision, inPrecision } from '../support/inPrecision.ts';
import { runTraced } from '../support/runGraph.ts';

const fixture = await loadResnet('resnet18');
const weights = fixture.group('weights');
const { width, channels, numClasses } = fixture.description;
const IMAGE_SIZE = 16;
const config: ClassActivationConfig = {
  classifier: {
    architecture: 'resnet18',
    head: 'default',
    width,
    imageSize: IMAGE_SIZE,
    inChannels: channels,
    numClasses,
  },
  likelihood: 'softmax',
  batchSize: 2,
  imageSize: IMAGE_SIZE,
  layer: 'layer3',
};
const images = new Draw('saliency images').uniform([5, channels, IMAGE_SIZE, IMAGE_SIZE], 0, 1);
const predicted = new Int32Array(5).fill(PREDICTED);
const how = { method: 'eigengradcam', sign: 'evidence' } as const;

const reference = new ReferenceDevice();
const cpu = new OnnxRuntimeDevice('cpu', { threads: 1 });
after(() => cpu.dispose());

async function explain(
  device: Device,
  changes: Partial<ClassActivationConfig> = {},
  { targets = predicted, of = images }: { targets?: Int32Array; of?: HostTensor } = {},
): Promise<SaliencyMaps> {
  const precision = device.name === 'reference' ? 'float64' : 'float32';
  const program = await SaliencyProgram.create(
    device,
    { ...config, ...changes },
    allInPrecision(precision, weights),
  );
  const maps = await program.explain(inPrecision(precision, of), targets, how);
  await program.dispose();
  return maps;
}

test('any number of images is explained, whatever the size of a batch', async () => {
  const batched = await explain(reference);
  assert.equal(batched.maps.length, 5 * IMAGE_SIZE ** 2);
  for (const batchSize of [1, 8]) {
    const other = await explain(reference, { batchSize });
    assert.deepEqual(other.classes, batched.classes);
    for (const key of ['maps', 'probs'] as const) {
      const expected = floatTensor([batched[key].length], batched[key]);
      assertElementsClose(floatTensor([other[key].length], other[key]), expected, 1e-6, key);
    }
  }
});

test('the same images give the same bytes', async () => {
  assert.deepEqual(await explain(cpu), await explain(cpu));
});

test('the cpu explains what the reference does', async () => {
  const [found, expected] = [await explain(cpu), await explain(reference)];
  assert.deepEqual(found.classes, expected.classes);
  assertNormClose(
    floatTensor([found.maps.length], found.maps),
    floatTensor([expected.maps.length], expected.maps),
    2e-3,
    'maps',
  );
});

for (const likelihood of ['softmax', 'sigmoid'] as const) {
  test(`${likelihood}: probabilities are the prediction's, and its largest is explained`, async () => {
    const { probs, classes, maps } = await explain(cpu, { likelihood });
    const prediction = await runTraced(
      cpu,
      tracePrediction(config.classifier, { batchSize: 5, imageSize: IMAGE_SIZE }, likelihood),
      { ...Object.fromEntries(weights), images },
    );
    assertNormClose(floatTensor([5, numClasses], probs), prediction.probs, 1e-5, 'probs');
    classes.forEach((label, image) => {
      const row = [...probs.subarray(image * numClasses, (image + 1) * numClasses)];
      assert.equal(label, row.indexOf(Math.max(...row)));
    });
    const named = await explain(cpu, { likelihood }, { targets: classes });
    assert.deepEqual(named.maps, maps);
  });
}

test('another class has another map', async () => {
  const { classes, maps } = await explain(cpu);
  const others = classes.map((label) => (label + 1) % numClasses);
  const other = await explain(cpu, {}, { targets: others });
  assert.deepEqual(other.classes, others);
  assert.notDeepEqual(other.maps, maps);
});

test('no images are no work', async () => {
  const none = floatTensor([0, channels, IMAGE_SIZE, IMAGE_SIZE], []);
  const { maps, classes } = await explain(cpu, {}, { of: none, targets: new Int32Array(0) });
  assert.deepEqual([maps.length, classes.length], [0, 0]);
});

test('a layer that cannot be explained is an error that names those that can', async () => {
  await assert.rejects(
    explain(cpu, { layer: 'layer9' }),
    (error) =>
      error instanceof TsyndError &&
      error.code === 'settings/invalid' &&
      error.message === "There is no map of the layer 'layer9' of resnet18." &&
      error.remedy === 'Choose one of layer4, layer3.',
  );
});
