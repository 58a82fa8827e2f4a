import type { Device } from '../../src/engine/devices/device.ts';
import { randomKey } from '../../src/engine/random.ts';
import { floatTensor } from '../../src/engine/tensor.ts';
import { declareAutoencoder, type AutoencoderConfig } from '../../src/models/vqvae.ts';
import { describeModel, initializeModel, type ModelState } from '../../src/nn/modelState.ts';
import { adam } from '../../src/nn/optimizers.ts';
import { Trainer } from '../../src/nn/trainer.ts';
import { traceAutoencoderStep } from '../../src/tsynd/autoencoderTraining.ts';
import { assertNormClose } from './closeness.ts';
import { Draw } from './draw.ts';
import { disposeAll, uploadAll } from './runGraph.ts';

const CONFIG: AutoencoderConfig = {
  inChannels: 1,
  hidden: 8,
  residualHidden: 4,
  residualLayers: 1,
  latentChannels: 4,
  codes: 6,
};
const BATCH_SIZE = 4;
const IMAGE_SIZE = 8;
const ROWS = BATCH_SIZE * (IMAGE_SIZE / 4) ** 2;
const STEPS = 3;

/** Steps of a small VQ-VAE, its codebook and dead codes included, end on both devices alike. */
export async function checkAutoencoderTraining(expected: Device, actual: Device): Promise<void> {
  const [wanted, found] = [await trainedOn(expected), await trainedOn(actual)];
  for (const [name, tensor] of wanted) assertNormClose(found.get(name)!, tensor, 1e-4, name);
}

async function trainedOn(device: Device): Promise<ModelState> {
  const declare = declareAutoencoder(CONFIG);
  const optimizer = adam();
  const parameters = describeModel(declare).parameters.keys();
  const trainer = await Trainer.create(device, optimizer, parameters, initializeModel(declare, randomKey(5)));
  const program = await device.compile(
    traceAutoencoderStep(
      CONFIG,
      optimizer,
      { batchSize: BATCH_SIZE, imageSize: IMAGE_SIZE },
      { commitment: 0.25, absoluteError: 0.1, dataVariance: 0.5 },
      { decay: 0.99, deadBelow: 0.5 },
    ),
  );
  for (let step = 1; step <= STEPS; step++) {
    const draw = new Draw(`autoencoder step ${step}`);
    const batch = await uploadAll(device, {
      images: draw.normal([BATCH_SIZE, CONFIG.inChannels, IMAGE_SIZE, IMAGE_SIZE]),
      correction: floatTensor([], 1 - 0.99 ** step),
      replacements: draw.indices([CONFIG.codes], ROWS),
    });
    disposeAll(await trainer.run(program, batch, 1e-3));
    disposeAll(batch);
  }
  const state = await trainer.modelState();
  trainer.dispose();
  await program.dispose();
  return state;
}
