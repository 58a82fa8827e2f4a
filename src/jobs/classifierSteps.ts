import type { TrainingImages } from '../data/trainingSet.ts';
import type { DeviceTensor } from '../engine/devices/device.ts';
import type { HostTensor } from '../engine/tensor.ts';
import { maskWidth } from '../models/classifier.ts';
import type { Optimizer } from '../nn/optimizers.ts';
import { StepProgram } from '../nn/stepProgram.ts';
import { StepQueue, type TakenStep } from '../nn/stepQueue.ts';
import type { Trainer } from '../nn/trainer.ts';
import { isPlainMethod } from '../protocol/methods.ts';
import { traceClassifierStep } from '../tsynd/classifierTraining.ts';
import { dropoutMasks } from '../tsynd/dropoutMasks.ts';
import type { TrainedAutoencoder } from '../tsynd/syntheticGenerator.ts';
import { readingPace } from './readingPace.ts';
import { finiteLoss } from './readResults.ts';
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

/** A step whose loss is known. */
export interface ClassifierLoss {
  /** Counted from 0 through all parts of the training. */
  readonly step: number;
  /** Images in its batch. */
  readonly count: number;
  readonly loss: number;
}

/** The training steps of one run's classifier, with programs for each size of batch that occurs. */
export class ClassifierSteps {
  private readonly session: RunSession;
  private readonly optimizer: Optimizer;
  private readonly synthetic: SyntheticHalves;
  private readonly programs = new Map<number, StepProgram>();
  private readonly queue: StepQueue<Omit<ClassifierLoss, 'loss'>>;

  /** @param optimizer the one that the trainers keep the state of */
  constructor(session: RunSession, optimizer: Optimizer, autoencoder: TrainedAutoencoder | undefined) {
    this.session = session;
    this.optimizer = optimizer;
    this.synthetic = new SyntheticHalves(session, autoencoder);
    this.queue = new StepQueue(session.device, { isReadingDue: readingPace() });
  }

  /**
   * Asks for one step; returns the losses that became known by now, of this step and those before it, in their order.
   * Throws TsyndError 'training/diverged' when one of them is not a finite number.
   */
  async take(
    trainer: Trainer,
    { images, indices, step, learningRate }: ClassifierStep,
  ): Promise<ClassifierLoss[]> {
    const { session } = this;
    const { settings, configs } = session;
    const { method } = settings;
    const real = isPlainMethod(method) ? indices.length : Math.ceil(indices.length / 2);
    const made: Record<string, DeviceTensor> = {};
    if (real < indices.length) {
      // They are made by the classifier as it is after all steps before this one.
      await this.queue.advance();
      const parents = { images, indices: indices.subarray(real), step };
      made.synthetic = await this.synthetic.make(parents, trainer);
    }
    const key = runKey(session, 'classifier', method, step);
    const dropout = dropoutMasks(
      runKey(session, 'classifier', 'dropout', step),
      indices.length,
      maskWidth(configs.classifier),
      settings.classifier.dropout,
    );
    const inputs: Record<string, HostTensor> = realBatch(method, images, indices, { count: real, key });
    const taken = await this.queue.add({
      trainer,
      program: this.program(real, indices.length - real),
      batch: { ...made, ...inputs, dropout },
      learningRate,
      label: { step, count: indices.length },
    });
    return taken.map(lossOf);
  }

  /** Takes all steps that were asked for; returns the losses that were not returned yet. Throws as `take` does. */
  async finish(): Promise<ClassifierLoss[]> {
    return (await this.queue.flush()).map(lossOf);
  }

  async dispose(): Promise<void> {
    this.queue.dispose();
    for (const program of this.programs.values()) await program.dispose();
    await this.synthetic.dispose();
  }

  private program(real: number, synthetic: number): StepProgram {
    const { configs, device, settings } = this.session;
    let program = this.programs.get(real + synthetic);
    if (!program) {
      const isMixed = settings.method === 'mixup';
      const batch = { real, synthetic, imageSize: configs.imageSize, isMixed };
      program = new StepProgram(
        device,
        traceClassifierStep(configs.classifier, this.optimizer, batch, configs.likelihood),
      );
      this.programs.set(real + synthetic, program);
    }
    return program;
  }
}

function lossOf({ label, values }: TakenStep<Omit<ClassifierLoss, 'loss'>>): ClassifierLoss {
  return { ...label, loss: finiteLoss(values, 'classifier', label.step + 1) };
}
