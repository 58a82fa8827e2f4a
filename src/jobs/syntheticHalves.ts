import { gatherImages, gatherLabels } from '../data/batch.ts';
import type { TrainingImages } from '../data/trainingSet.ts';
import type { DeviceTensor } from '../engine/devices/device.ts';
import { deriveKey } from '../engine/random.ts';
import { maskWidth } from '../models/classifier.ts';
import type { Trainer } from '../nn/trainer.ts';
import { isLatentMethod, type LatentMethod } from '../protocol/methods.ts';
import { dropoutMasks } from '../tsynd/dropoutMasks.ts';
import { CLASSIFIER_PREFIX } from '../tsynd/latentPrograms.ts';
import { PixelAdversary } from '../tsynd/pixelAdversary.ts';
import { SyntheticGenerator, type TrainedAutoencoder } from '../tsynd/syntheticGenerator.ts';
import { runKey, type RunSession } from './runSession.ts';

/** The images at `indices`, and the number of the step that they are for, counted from 0. */
export interface Parents {
  readonly images: TrainingImages;
  readonly indices: Int32Array;
  readonly step: number;
}

/** Makes the synthetic half of a batch from its parents, with a generator for each size that occurs. */
export class SyntheticHalves {
  private readonly session: RunSession;
  private readonly autoencoder: TrainedAutoencoder | undefined;
  private readonly generators = new Map<number, SyntheticGenerator>();
  private readonly adversaries = new Map<number, PixelAdversary>();

  /** @param autoencoder of the methods that need one */
  constructor(session: RunSession, autoencoder: TrainedAutoencoder | undefined) {
    this.session = session;
    this.autoencoder = autoencoder;
  }

  /** One image `[C, H, W]` in [0, 1] of each parent, by the run's method and the classifier as it is now. */
  async make(parents: Parents, trainer: Trainer): Promise<DeviceTensor> {
    const { method } = this.session.settings;
    const { images, indices } = parents;
    const batch = { images: gatherImages(images, indices), labels: gatherLabels(images, indices) };
    const classifier = trainer.modelTensors(CLASSIFIER_PREFIX);
    if (!isLatentMethod(method)) return (await this.adversary(indices.length)).generate(batch, classifier);

    const noiseKey = runKey(this.session, 'classifier', 'noise', parents.step);
    const noiseKeys = Array.from(indices, (_, position) => deriveKey(noiseKey, position));
    const generator = await this.generator(method, indices.length);
    const masks = await this.uploadMasks(parents.step);
    const made = await generator.generate({ ...batch, noiseKeys }, masks, classifier);
    masks.dispose();
    made.latents.dispose();
    made.parentLatents.dispose();
    return made.images;
  }

  async dispose(): Promise<void> {
    for (const generator of this.generators.values()) await generator.dispose();
    for (const adversary of this.adversaries.values()) await adversary.dispose();
  }

  /** New masks a step, shared by the batch and by all steps of its optimisation. */
  private uploadMasks(step: number): Promise<DeviceTensor> {
    const { configs, settings, device } = this.session;
    const key = runKey(this.session, 'classifier', 'masks', step);
    const { numMcSamples } = settings.generation;
    const { dropout } = settings.classifier;
    return device.upload(dropoutMasks(key, numMcSamples, maskWidth(configs.classifier), dropout));
  }

  private async generator(method: LatentMethod, batchSize: number): Promise<SyntheticGenerator> {
    const { configs, settings, device } = this.session;
    if (!this.autoencoder) throw new Error(`The method ${method} needs an autoencoder.`);
    let generator = this.generators.get(batchSize);
    if (!generator) {
      const config = { ...configs, ...settings.generation, method, batchSize };
      generator = await SyntheticGenerator.create(device, config, this.autoencoder);
      this.generators.set(batchSize, generator);
    }
    return generator;
  }

  private async adversary(batchSize: number): Promise<PixelAdversary> {
    const { configs, settings, device } = this.session;
    let adversary = this.adversaries.get(batchSize);
    if (!adversary) {
      adversary = await PixelAdversary.create(device, {
        ...configs,
        ...settings.generation.pixel,
        batchSize,
      });
      this.adversaries.set(batchSize, adversary);
    }
    return adversary;
  }
}
