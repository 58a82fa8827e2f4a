import { batchesOf, epochOrder } from '../data/batch.ts';
import { evaluatePredictions, type Evaluation } from '../evaluation/evaluatePredictions.ts';
import { declareClassifier } from '../models/classifier.ts';
import { describeModel, initializeModel, type ModelState } from '../nn/modelState.ts';
import { adam } from '../nn/optimizers.ts';
import { medmnistSchedule } from '../nn/schedules.ts';
import { Trainer } from '../nn/trainer.ts';
import type { TrainedAutoencoder } from '../tsynd/syntheticGenerator.ts';
import { readClassifier, writeClassifier } from './checkpoints.ts';
import { ClassifierSteps } from './classifierSteps.ts';
import { recordMetrics, rewindMetrics } from './epochMetrics.ts';
import { Predictor } from './predictor.ts';
import type { JobEvent } from './progress.ts';
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
  const steps = new ClassifierSteps(session, trainer, optimizer, autoencoder);
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
