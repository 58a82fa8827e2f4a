import { gatherImages, gatherLabels } from '../data/batch.ts';
import type { DeviceTensor, Program } from '../engine/devices/device.ts';
import { deriveKey } from '../engine/random.ts';
import type { HostTensor } from '../engine/tensor.ts';
import { featureCount } from '../models/classifier.ts';
import type { Optimizer } from '../nn/optimizers.ts';
import type { Trainer } from '../nn/trainer.ts';
import type { Method } from '../protocol/settings.ts';
import { traceClassifierStep } from '../tsynd/classifierTraining.ts';
import { dropoutMasks } from '../tsynd/dropoutMasks.ts';
import { CLASSIFIER_PREFIX } from '../tsynd/latentPrograms.ts';
import {
  SyntheticGenerator,
  type SyntheticMethod,
  type TrainedAutoencoder,
} from '../tsynd/syntheticGenerator.ts';
import { finiteLoss, release } from './readResults.ts';
import { runKey, type RunSession } from './runSession.ts';

/** The training steps of one run's classifier, with programs and generators for each size of batch that occurs. */
export class ClassifierSteps {
  private readonly session: RunSession;
  private readonly trainer: Trainer;
  private readonly optimizer: Optimizer;
  private readonly autoencoder: TrainedAutoencoder | undefined;
  private readonly programs = new Map<number, Program>();
  private readonly generators = new Map<number, SyntheticGenerator>();

  /** @param optimizer the one that the trainer keeps the state of */
  constructor(
    session: RunSession,
    trainer: Trainer,
    optimizer: Optimizer,
    autoencoder: TrainedAutoencoder | undefined,
  ) {
    this.session = session;
    this.trainer = trainer;
    this.optimizer = optimizer;
    this.autoencoder = autoencoder;
  }

  /** One step on the subset's images at `indices`; returns the loss. */
  async take(indices: Int32Array, learningRate: number): Promise<number> {
    const { session, trainer } = this;
    const { settings, configs, device, subset } = session;
    const method = syntheticMethod(settings.method);
    const real = method ? Math.ceil(indices.length / 2) : indices.length;
    const step = trainer.step;
    const synthetic =
      method && real < indices.length
        ? await this.makeSynthetic(method, indices.subarray(real), step)
        : undefined;
    const { dropout } = settings.classifier;
    const masks = dropoutMasks(
      runKey(session, 'classifier', 'dropout', step),
      indices.length,
      featureCount(configs.classifier),
      dropout,
    );
    const batch: Record<string, DeviceTensor> = {
      images: await device.upload(gatherImages(subset, indices.subarray(0, real))),
      labels: await device.upload(gatherLabels(subset, indices)),
      dropout: await device.upload(masks),
    };
    if (synthetic) batch.synthetic = synthetic;
    const results = await trainer.run(await this.program(real, indices.length - real), batch, learningRate);
    const loss = await finiteLoss(results, 'classifier', trainer.step);
    release(batch, results);
    return loss;
  }

  async dispose(): Promise<void> {
    for (const program of this.programs.values()) await program.dispose();
    for (const generator of this.generators.values()) await generator.dispose();
  }

  private async makeSynthetic(
    method: SyntheticMethod,
    indices: Int32Array,
    step: number,
  ): Promise<DeviceTensor> {
    const { session, trainer } = this;
    const { settings, configs, device, subset } = session;
    const generator = await this.generator(method, indices.length);
    const noiseKey = runKey(session, 'classifier', 'noise', step);
    const parents = {
      images: gatherImages(subset, indices),
      labels: gatherLabels(subset, indices),
      noiseKeys: Array.from(indices, (_, position) => deriveKey(noiseKey, position)),
    };
    const masks = await device.upload(this.drawMasks(step, settings.generation.numMcSamples, configs));
    const made = await generator.generate(parents, masks, trainer.modelTensors(CLASSIFIER_PREFIX));
    masks.dispose();
    made.latents.dispose();
    made.parentLatents.dispose();
    return made.images;
  }

  /** New masks a step, shared by the batch and by all steps of its optimisation. */
  private drawMasks(step: number, samples: number, { classifier }: RunSession['configs']): HostTensor {
    const key = runKey(this.session, 'classifier', 'masks', step);
    return dropoutMasks(key, samples, featureCount(classifier), this.session.settings.classifier.dropout);
  }

  private async program(real: number, synthetic: number): Promise<Program> {
    const { configs, device } = this.session;
    let program = this.programs.get(real + synthetic);
    if (!program) {
      const batch = { real, synthetic, imageSize: configs.imageSize };
      program = await device.compile(
        traceClassifierStep(configs.classifier, this.optimizer, batch, configs.likelihood),
      );
      this.programs.set(real + synthetic, program);
    }
    return program;
  }

  private async generator(method: SyntheticMethod, batchSize: number): Promise<SyntheticGenerator> {
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
}

function syntheticMethod(method: Method): SyntheticMethod | undefined {
  return method === 'baseline' ? undefined : method;
}
