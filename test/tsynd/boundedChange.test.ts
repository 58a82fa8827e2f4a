import assert from 'node:assert/strict';
import { after, test } from 'node:test';

import { OnnxRuntimeDevice } from '../../src/engine/devices/onnxRuntimeDevice.ts';
import { deriveKey, randomKey } from '../../src/engine/random.ts';
import { floatTensor, intTensor, type HostTensor } from '../../src/engine/tensor.ts';
import type { ClassifierConfig } from '../../src/models/classifier.ts';
import { declareClassifier, maskWidth } from '../../src/models/classifier.ts';
import { declareAutoencoder } from '../../src/models/vqvae.ts';
import { initializeModel } from '../../src/nn/modelState.ts';
import { dropoutMasks } from '../../src/tsynd/dropoutMasks.ts';
import {
  SyntheticGenerator,
  type GeneratorConfig,
  type SyntheticMethod,
} from '../../src/tsynd/syntheticGenerator.ts';
import { Draw } from '../support/draw.ts';
import { disposeAll, readAll } from '../support/runGraph.ts';

const cpu = new OnnxRuntimeDevice('cpu', { threads: 1 });
after(() => cpu.dispose());

const COUNT = 3;
const classifier: ClassifierConfig = {
  architecture: 'resnet18',
  head: 'default',
  width: 4,
  imageSize: 8,
  inChannels: 1,
  numClasses: 2,
};
const autoencoder = {
  inChannels: 1,
  hidden: 8,
  residualHidden: 4,
  residualLayers: 1,
  latentChannels: 4,
  codes: 16,
};
const latentDeviation = Float32Array.of(0.1, 1, 0.5, 2);
const config: Omit<GeneratorConfig, 'method'> = {
  autoencoder,
  classifier,
  likelihood: 'softmax',
  batchSize: COUNT,
  imageSize: 8,
  steps: 8,
  learningRate: 0.2,
  noise: 0.3,
  numMcSamples: 6,
  fgsmStep: 0.3,
};

/** Latents of three images and of their parents, `[3, 4, 2, 2]`, and the images. */
async function make(
  method: SyntheticMethod,
  changes: Partial<GeneratorConfig> = {},
): Promise<Record<'latents' | 'parentLatents' | 'images', HostTensor>> {
  const generator = await SyntheticGenerator.create(
    cpu,
    { ...config, method, ...changes },
    { state: initializeModel(declareAutoencoder(autoencoder), randomKey(1)), latentDeviation },
    initializeModel(declareClassifier(classifier), randomKey(2)),
  );
  const parents = {
    images: new Draw('bounded change').uniform([COUNT, 1, 8, 8], 0, 1),
    labels: intTensor([COUNT], [0, 1, 1]),
    noiseKeys: Array.from({ length: COUNT }, (_, image) => deriveKey(randomKey(3), image)),
  };
  const masks = await cpu.upload(dropoutMasks(randomKey(4), 6, maskWidth(classifier), 0.5));
  const made = await generator.generate(parents, masks);
  const { latents, parentLatents, images } = await readAll({ ...made });
  disposeAll({ ...made, masks });
  await generator.dispose();
  return { latents, parentLatents, images };
}

/** Changes of all elements in standard deviations of their channels. */
async function changesOf(method: SyntheticMethod, changes?: Partial<GeneratorConfig>): Promise<number[]> {
  const { latents, parentLatents } = await make(method, changes);
  return Array.from(latents.data, (value, index) => {
    const channel = Math.floor(index / 4) % 4;
    return Math.abs(value - parentLatents.data[index]) / latentDeviation[channel];
  });
}

for (const method of ['mi', 'entropy', 'cross-entropy', 'latent-fgsm'] as const) {
  test(`${method} changes latents by no more than the bound, also where the noise is larger`, async () => {
    for (const maxChange of [0.05, 0.2]) {
      const found = await changesOf(method, { maxChange });
      assert.ok(Math.max(...found) <= maxChange * (1 + 1e-4), `${Math.max(...found)} of ${maxChange}`);
      assert.ok(Math.max(...found) > 0.9 * maxChange, `${Math.max(...found)} of ${maxChange}`);
    }
    assert.ok(Math.max(...(await changesOf(method))) > 0.25);
  });

  test(`${method} with a bound that is never reached gives the same bytes as without`, async () => {
    assert.deepEqual(await make(method, { maxChange: 1e6 }), await make(method));
  });
}

test('the bound leaves methods alone that do not optimise', async () => {
  for (const method of ['noise', 'reconstruction'] as const) {
    assert.deepEqual(await make(method, { maxChange: 0.01 }), await make(method));
  }
});

test('latent-fgsm starts from the latent without noise', async () => {
  const found = await changesOf('latent-fgsm');
  // Elements whose gradient is zero, where the image is clipped, stay.
  for (const change of found) assert.ok(change === 0 || Math.abs(change - 0.3) < 1e-4, String(change));
  assert.ok(found.filter((change) => change > 0).length > found.length / 2);
});

test('without dropout there is no mutual information to raise, and all stays finite', async () => {
  const generator = await SyntheticGenerator.create(
    cpu,
    { ...config, method: 'mi', noise: 0 },
    { state: initializeModel(declareAutoencoder(autoencoder), randomKey(1)), latentDeviation },
    initializeModel(declareClassifier(classifier), randomKey(2)),
  );
  const masks = await cpu.upload(floatTensor([6, maskWidth(classifier)], 1));
  const made = await generator.generate(
    {
      images: new Draw('no dropout').uniform([COUNT, 1, 8, 8], 0, 1),
      labels: intTensor([COUNT], [0, 1, 1]),
      noiseKeys: Array.from({ length: COUNT }, (_, image) => deriveKey(randomKey(3), image)),
    },
    masks,
  );
  const { images, latents } = await readAll({ ...made });
  for (const { data } of [images, latents]) assert.ok(data.every(Number.isFinite));
  disposeAll({ ...made, masks });
  await generator.dispose();
});
