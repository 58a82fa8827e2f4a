import assert from 'node:assert/strict';

import type { Device } from '../../src/engine/devices/device.ts';
import { ReferenceDevice } from '../../src/engine/devices/referenceDevice.ts';
import { intTensor, type HostTensor } from '../../src/engine/tensor.ts';
import { LatentOptimizer, type LatentOptimizerConfig } from '../../src/tsynd/latentOptimizer.ts';
import { AUTOENCODER_PREFIX, CLASSIFIER_PREFIX } from '../../src/tsynd/latentPrograms.ts';
import { assertNormClose } from './closeness.ts';
import { loadLatentStep, loadResnet, loadVqvae, type Fixture, type Precision } from './fixtures.ts';
import { inPrecision } from './inPrecision.ts';
import { disposeAll, uploadAll } from './runGraph.ts';
import { autoencoderConfig } from './vqvaeModels.ts';

/** The decoder of the VQ-VAE fixture and the ResNet-18 of its own, and the latents that are optimised through both. */
export interface LatentModels {
  readonly fixture: Fixture<{
    readonly numMcSamples: number;
    readonly learningRate: number;
    readonly steps: number;
  }>;
  readonly config: LatentOptimizerConfig;
  /** Tensors of both models, by prefixed names. */
  tensors(precision: Precision): Map<string, HostTensor>;
  readonly latents: HostTensor;
  readonly masks: HostTensor;
  readonly labels: HostTensor;
}

export async function loadLatentModels(): Promise<LatentModels> {
  const [fixture, autoencoder, classifier] = [
    await loadLatentStep(),
    await loadVqvae(),
    await loadResnet('resnet18'),
  ];
  const latents = fixture.tensor('latents');
  const { width, channels, numClasses, imageSize } = classifier.description;
  const weights = [
    ...[...autoencoder.group('weights')].map(
      ([name, tensor]) => [AUTOENCODER_PREFIX + name, tensor] as const,
    ),
    ...[...classifier.group('weights')].map(([name, tensor]) => [CLASSIFIER_PREFIX + name, tensor] as const),
  ];
  return {
    fixture,
    config: {
      autoencoder: autoencoderConfig(autoencoder.description.sizes),
      classifier: {
        architecture: 'resnet18',
        head: 'default',
        width,
        imageSize,
        inChannels: channels,
        numClasses,
      },
      likelihood: 'softmax',
      objective: 'mi',
      batchSize: latents.shape[0],
      imageSize,
      numMcSamples: fixture.description.numMcSamples,
    },
    tensors: (precision) => new Map(weights.map(([name, tensor]) => [name, inPrecision(precision, tensor)])),
    latents,
    masks: fixture.tensor('masks'),
    labels: intTensor([3], [0, 1, 2]),
  };
}

export interface Optimized {
  readonly latents: HostTensor;
  readonly images: HostTensor;
  readonly objective: HostTensor;
}

/** Optimises the latents of the models, and reads what comes of them. */
export async function optimizeLatents(
  device: Device,
  models: LatentModels,
  settings: { readonly steps: number; readonly learningRate: number },
  changes: Partial<LatentOptimizerConfig> = {},
  { isBaked = true, labels = models.labels } = {},
): Promise<Optimized> {
  const precision = device.name === 'reference' ? 'float64' : 'float32';
  const weights = models.tensors(precision);
  const optimizer = await LatentOptimizer.create(
    device,
    { ...models.config, ...changes },
    isBaked ? { baked: weights } : {},
  );
  const inputs = await uploadAll(device, {
    masks: inPrecision(precision, models.masks),
    labels,
    ...(isBaked ? {} : Object.fromEntries(weights)),
  });
  const start = await device.upload(inPrecision(precision, models.latents));
  const { latents, images, objective } = await optimizer.optimize(start, inputs, settings);
  const read = {
    latents: await latents.read(),
    images: await images.read(),
    objective: await objective.read(),
  };
  // The latents that were given are still the caller's.
  assert.deepEqual(Array.from((await start.read()).data), Array.from(models.latents.data));
  disposeAll(inputs);
  await optimizer.dispose();
  return read;
}

/** Two steps, with the weights baked in or given, end where they do on the reference. */
export async function checkLatentSteps(device: Device): Promise<void> {
  const models = await loadLatentModels();
  const settings = { steps: 2, learningRate: 0.02 };
  const expected = await optimizeLatents(new ReferenceDevice(), models, settings);
  for (const isBaked of [true, false]) {
    const result = await optimizeLatents(device, models, settings, {}, { isBaked });
    assertNormClose(result.latents, expected.latents, 1e-3, 'latents');
    assertNormClose(result.images, expected.images, 1e-3, 'images');
    assertNormClose(result.objective, expected.objective, 1e-3, 'objective');
  }
}
