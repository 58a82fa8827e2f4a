import type { Device, DeviceTensor } from '../src/engine/devices/device.ts';
import { deriveKey, randomKey } from '../src/engine/random.ts';
import { intTensor } from '../src/engine/tensor.ts';
import { declareClassifier, maskWidth } from '../src/models/classifier.ts';
import { declareAutoencoder } from '../src/models/vqvae.ts';
import { describeModel, initializeModel } from '../src/nn/modelState.ts';
import { adam } from '../src/nn/optimizers.ts';
import { Trainer } from '../src/nn/trainer.ts';
import { traceClassifierStep } from '../src/tsynd/classifierTraining.ts';
import { dropoutMasks } from '../src/tsynd/dropoutMasks.ts';
import { CLASSIFIER_PREFIX } from '../src/tsynd/latentPrograms.ts';
import { SyntheticGenerator, type GeneratorConfig } from '../src/tsynd/syntheticGenerator.ts';
import { AUTOENCODER, CLASSIFIER, IMAGE_SIZE, NUM_MC_SAMPLES } from './graphs.ts';
import { makeImages } from './inputs.ts';
import type { PreparedProgram } from './programs.ts';

const KEY = randomKey(0);
const DROPOUT = 0.5;
const GENERATION = {
  method: 'mi',
  steps: 5,
  learningRate: 0.01,
  noise: 0.1,
  numMcSamples: NUM_MC_SAMPLES,
  fgsmStep: 0.3,
} as const;

/**
 * One iteration of alternating training (paper, section 3.2): half of the batch is encoded, moved by T = 5 steps on the
 * latents against the classifier as it is now, and decoded; then the classifier takes one step on both halves. With
 * everything that happens on the host: drawing, uploads, reading the loss.
 */
export async function prepareIteration(device: Device, batchSize: number): Promise<PreparedProgram> {
  const synthetic = Math.floor(batchSize / 2);
  const real = batchSize - synthetic;
  const startedAt = performance.now();
  const config: GeneratorConfig = {
    ...GENERATION,
    autoencoder: AUTOENCODER,
    classifier: CLASSIFIER,
    likelihood: 'softmax',
    batchSize: synthetic,
    imageSize: IMAGE_SIZE,
  };
  const generator = await SyntheticGenerator.create(device, config, {
    state: initializeModel(declareAutoencoder(AUTOENCODER), deriveKey(KEY, 'autoencoder')),
    latentDeviation: new Float32Array(AUTOENCODER.latentChannels).fill(1),
  });
  const declare = declareClassifier(CLASSIFIER);
  const step = await device.compile(
    traceClassifierStep(CLASSIFIER, adam(), { real, synthetic, imageSize: IMAGE_SIZE }, 'softmax'),
  );
  const compileMs = performance.now() - startedAt;
  const trainer = await Trainer.create(
    device,
    adam(),
    describeModel(declare).parameters.keys(),
    initializeModel(declare, deriveKey(KEY, 'classifier')),
  );
  const parents = { images: makeImages(synthetic, IMAGE_SIZE), labels: labels(synthetic) };
  const width = maskWidth(CLASSIFIER);

  const iterate = async (): Promise<void> => {
    const key = deriveKey(KEY, 'iteration', trainer.step);
    const noiseKeys = Array.from({ length: synthetic }, (_, index) => deriveKey(key, 'noise', index));
    const masks = await device.upload(dropoutMasks(deriveKey(key, 'masks'), NUM_MC_SAMPLES, width, DROPOUT));
    const made = await generator.generate(
      { ...parents, noiseKeys },
      masks,
      trainer.modelTensors(CLASSIFIER_PREFIX),
    );
    const batch: Record<string, DeviceTensor> = {
      images: await device.upload(makeImages(real, IMAGE_SIZE)),
      labels: await device.upload(labels(batchSize)),
      dropout: await device.upload(dropoutMasks(deriveKey(key, 'dropout'), batchSize, width, DROPOUT)),
    };
    const results = await trainer.run(step, { ...batch, synthetic: made.images }, 1e-3);
    await results.loss.read();
    const used = [made.parentLatents, made.latents, made.images, masks];
    for (const tensor of [...used, ...Object.values(batch), ...Object.values(results)]) tensor.dispose();
  };
  return {
    compileMs,
    run: async () => {
      const start = performance.now();
      await iterate();
      return performance.now() - start;
    },
    dispose: async () => {
      trainer.dispose();
      await generator.dispose();
      await step.dispose();
    },
  };
}

/** Classes 0 and 1 in turn. */
function labels(count: number): ReturnType<typeof intTensor> {
  return intTensor(
    [count],
    Int32Array.from({ length: count }, (_, index) => index % 2),
  );
}
