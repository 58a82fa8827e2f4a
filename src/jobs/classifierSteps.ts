import type { TrainingImages } from '../data/trainingSet.ts';
import type { DeviceTensor, Program } from '../engine/devices/device.ts';
import { maskWidth } from '../models/classifier.ts';
import type { Optimizer } from '../nn/optimizers.ts';
import type { Trainer } from '../nn/trainer.ts';
import { isPlainMethod } from '../protocol/methods.ts';
import { traceClassifierStep } from '../tsynd/classifierTraining.ts';
import { dropoutMasks } from '../tsynd/dropoutMasks.ts';
import type { TrainedAutoencoder } from '../tsynd/syntheticGenerator.ts';
import { finiteLoss, release } from './readResults.ts';
import { realBatch } from './realBatch.ts';
import { runKey, type RunSession } from './runSession.ts';
import { SyntheticHalves } from './syntheticHalves.ts';

export interface ClassifierStep {
  readonly images: TrainingImages;
  /** Which of them are in the batch. */
  readonly indices: Int32Array;
  /** Counted from 0 through all parts of the training; decides what is drawn. */
  readonly step: number;
  readonly learningRate: number;
}

/** The training steps of one run's classifier, with programs for each size of batch that occurs. */
export class ClassifierSteps {
  private readonly session: RunSession;
  private readonly optimizer: Optimizer;
  private readonly synthetic: SyntheticHalves;
  private readonly programs = new Map<number, Program>();

  /** @param optimizer the one that the trainers keep the state of */
  constructor(session: RunSession, optimizer: Optimizer, autoencoder: TrainedAutoencoder | undefined) {
    this.session = session;
    this.optimizer = optimizer;
    this.synthetic = new SyntheticHalves(session, autoencoder);
  }

  /** Takes one step; returns the loss. */
  async take(trainer: Trainer, { images, indices, step, learningRate }: ClassifierStep): Promise<number> {
    const { session } = this;
    const { settings, configs, device } = session;
    const { method } = settings;
    const real = isPlainMethod(method) ? indices.length : Math.ceil(indices.length / 2);
    const batch: Record<string, DeviceTensor> = {};
    if (real < indices.length) {
      const parents = { images, indices: indices.subarray(real), step };
      batch.synthetic = await this.synthetic.make(parents, trainer);
    }
    const key = runKey(session, 'classifier', method, step);
    const masks = dropoutMasks(
      runKey(session, 'classifier', 'dropout', step),
      indices.length,
      maskWidth(configs.classifier),
      settings.classifier.dropout,
    );
    const inputs = { ...realBatch(method, images, indices, { count: real, key }), dropout: masks };
    for (const [name, tensor] of Object.entries(inputs)) batch[name] = await device.upload(tensor);
    const program = await this.program(real, indices.length - real);
    const results = await trainer.run(program, batch, learningRate);
    const loss = await finiteLoss(results, 'classifier', step + 1);
    release(batch, results);
    return loss;
  }

  async dispose(): Promise<void> {
    for (const program of this.programs.values()) await program.dispose();
    await this.synthetic.dispose();
  }

  private async program(real: number, synthetic: number): Promise<Program> {
    const { configs, device, settings } = this.session;
    let program = this.programs.get(real + synthetic);
    if (!program) {
      const isMixed = settings.method === 'mixup';
      const batch = { real, synthetic, imageSize: configs.imageSize, isMixed };
      program = await device.compile(
        traceClassifierStep(configs.classifier, this.optimizer, batch, configs.likelihood),
      );
      this.programs.set(real + synthetic, program);
    }
    return program;
  }
}
