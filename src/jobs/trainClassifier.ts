import { batchesOf, epochOrder, gatherImages, gatherLabels } from '../data/batch.ts';
import type { DeviceTensor, Program } from '../engine/devices/device.ts';
import { deriveKey } from '../engine/random.ts';
import type { HostTensor } from '../engine/tensor.ts';
import { evaluatePredictions, type Evaluation } from '../evaluation/evaluatePredictions.ts';
import { declareClassifier, featureCount } from '../models/classifier.ts';
import { describeModel, initializeModel, type ModelState } from '../nn/modelState.ts';
import { adam } from '../nn/optimizers.ts';
import { medmnistSchedule } from '../nn/schedules.ts';
import { Trainer } from '../nn/trainer.ts';
import type { Method } from '../protocol/settings.ts';
import { traceClassifierStep } from '../tsynd/classifierTraining.ts';
import { dropoutMasks } from '../tsynd/dropoutMasks.ts';
import { CLASSIFIER_PREFIX } from '../tsynd/latentPrograms.ts';
import {
  SyntheticGenerator,
  type SyntheticMethod,
  type TrainedAutoencoder,
} from '../tsynd/syntheticGenerator.ts';
import { readClassifier, writeClassifier } from './checkpoints.ts';
import { recordMetrics, rewindMetrics } from './epochMetrics.ts';
import { Predictor } from './predictor.ts';
import type { JobEvent } from './progress.ts';
import { finiteLoss } from './readResults.ts';
import { clearResumeState, readResumeState, writeResumeState, type ResumeState } from './resumeState.ts';
import { checkStop, runKey, type RunSession } from './runSession.ts';
import { Stopwatch } from './stopwatch.ts';

/** A trained classifier and where it stood on the validation images. */
export interface TrainedClassifier {
  readonly state: ModelState;
  readonly best: { readonly epoch: number; readonly auroc?: number | undefined };
}

/**
 * Trains the run's classifier by its method, or reads it where that is done already.
 *
 * In every step of a method other than `baseline`, the second half of the batch is replaced by freshly made synthetic
 * images of its own parents (paper, section 3.2.2). The epoch with the strictly best validation AUC is kept.
 *
 * @param autoencoder needed by every method but `baseline`
 */
export async function* trainClassifier(
  session: RunSession,
  autoencoder: TrainedAutoencoder | undefined,
): AsyncGenerator<JobEvent, TrainedClassifier> {
  const { run, configs, settings, subset, dataset, device } = session;
  const finished = await readClassifier(run.paths.classifier, configs.classifier);
  if (finished) return { state: finished, best: bestOf(session) };

  const { batchSize, learningRate, duration } = settings.classifier;
  const stepsPerEpoch = Math.ceil(subset.count / batchSize);
  const epochs = 'epochs' in duration ? duration.epochs : Math.ceil(duration.updates / stepsPerEpoch);
  const schedule = medmnistSchedule(learningRate, epochs);
  const declare = declareClassifier(configs.classifier);
  const resumed = await readResumeState(run.paths, 'classifier');
  const start = resumed?.progress ?? { stage: 'classifier', epoch: 0, steps: 0, seconds: 0 };
  await rewindMetrics(run.paths.metrics, 'classifier', start.epoch);
  const stopwatch = new Stopwatch(start.seconds);

  const optimizer = adam();
  const state = resumed?.training ?? initializeModel(declare, runKey(session, 'classifier', 'initial'));
  const parameters = describeModel(declare).parameters.keys();
  const trainer = await Trainer.create(device, optimizer, parameters, state, start.steps);
  const steps = new ClassifierSteps(session, trainer, autoencoder);
  const predictor = await Predictor.create(device, configs, dataset.val.count);
  let best: Best | undefined = start.best && { ...start.best, state: resumed?.best ?? new Map() };
  try {
    for (let epoch = start.epoch; epoch < epochs; epoch++) {
      let total = 0;
      const rate = schedule(epoch);
      const order = epochOrder(runKey(session, 'classifier', 'order'), epoch, subset.count);
      for (const indices of batchesOf(order, batchSize)) {
        checkStop(session);
        const loss = await steps.take(indices, rate);
        total += loss * indices.length;
        yield {
          type: 'progress',
          stage: 'classifier',
          done: trainer.step,
          total: epochs * stepsPerEpoch,
          unit: 'steps',
          loss,
        };
      }
      const evaluation = await validate(session, predictor, trainer);
      if (epoch === 0) for (const message of evaluation.warnings) yield { type: 'warning', message };
      const score = evaluation.auroc ?? -evaluation.loss;
      if (!best || score > best.score) {
        best = { epoch: epoch + 1, score, auroc: evaluation.auroc, state: await trainer.modelState() };
      }
      const line = { stage: 'classifier' as const, epoch: epoch + 1, learningRate: rate };
      yield* recordMetrics(run.paths.metrics, [
        { ...line, split: 'train', loss: total / subset.count, secondsElapsed: stopwatch.seconds },
        { ...line, split: 'val', ...scores(evaluation), secondsElapsed: stopwatch.seconds },
      ]);
      const progress = { stage: 'classifier' as const, epoch: epoch + 1, steps: trainer.step };
      await writeResumeState(
        run.paths,
        await resumeStateOf(trainer, { ...progress, seconds: stopwatch.seconds }, best),
      );
    }
    if (!best) throw new Error('trainClassifier: there was no epoch.');
    await run.updateManifest({ result: { ...run.manifest.result, ...resultOf(best), samples: 0 } });
    await writeClassifier(run.paths.classifier, configs.classifier, best.state);
    await clearResumeState(run.paths);
    yield { type: 'stageFinished', stage: 'classifier', seconds: stopwatch.seconds };
    return { state: best.state, best };
  } finally {
    trainer.dispose();
    await predictor.dispose();
    await steps.dispose();
  }
}

interface Best {
  readonly epoch: number;
  /** What is compared: the AUC, or minus the loss where the AUC is undefined. */
  readonly score: number;
  readonly auroc?: number | undefined;
  readonly state: ModelState;
}

/** The training steps of one run, with the programs and generators for each size of batch that occurs. */
class ClassifierSteps {
  private readonly session: RunSession;
  private readonly trainer: Trainer;
  private readonly autoencoder: TrainedAutoencoder | undefined;
  private readonly programs = new Map<number, Program>();
  private readonly generators = new Map<number, SyntheticGenerator>();

  constructor(session: RunSession, trainer: Trainer, autoencoder: TrainedAutoencoder | undefined) {
    this.session = session;
    this.trainer = trainer;
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
    for (const tensor of [...Object.values(batch), ...Object.values(results)]) tensor.dispose();
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
        traceClassifierStep(configs.classifier, adam(), batch, configs.likelihood),
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

async function validate(
  { dataset }: RunSession,
  predictor: Predictor,
  trainer: Trainer,
): Promise<Evaluation> {
  return evaluatePredictions({
    probs: await predictor.predict(dataset.val, trainer.modelTensors()),
    labels: dataset.val.labels,
    task: dataset.task,
    numClasses: dataset.classNames.length,
  });
}

function scores({ loss, accuracy, balancedAccuracy, auroc }: Evaluation): {
  loss: number;
  accuracy: number;
  balancedAccuracy: number;
  auroc?: number;
} {
  return { loss, accuracy, balancedAccuracy, ...(auroc === undefined ? {} : { auroc }) };
}

async function resumeStateOf(
  trainer: Trainer,
  progress: Omit<ResumeState['progress'], 'best'>,
  { epoch, score, auroc, state }: Best,
): Promise<ResumeState> {
  const best = { epoch, score, ...(auroc === undefined ? {} : { auroc }) };
  return { progress: { ...progress, best }, training: await trainer.snapshot(), best: state };
}

function resultOf({ epoch, auroc }: Best): { bestEpoch: number; valAuroc?: number } {
  return { bestEpoch: epoch, ...(auroc === undefined ? {} : { valAuroc: auroc }) };
}

function bestOf({ run }: RunSession): TrainedClassifier['best'] {
  const { result } = run.manifest;
  return { epoch: result?.bestEpoch ?? 0, auroc: result?.valAuroc };
}
