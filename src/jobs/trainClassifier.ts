import { batchesOf, epochOrder } from '../data/batch.ts';
import type { LabelledImages } from '../data/dataset.ts';
import { evaluatePredictions, type Evaluation } from '../evaluation/evaluatePredictions.ts';
import { declareClassifier } from '../models/classifier.ts';
import { describeModel, type ModelState } from '../nn/modelState.ts';
import { scaledFor } from '../nn/lossScale.ts';
import { Trainer } from '../nn/trainer.ts';
import type { TrainedAutoencoder } from '../tsynd/syntheticGenerator.ts';
import { readClassifier, writeClassifier } from './checkpoints.ts';
import { ClassifierSteps, type ClassifierLoss } from './classifierSteps.ts';
import { recordMetrics, rewindMetrics } from './epochMetrics.ts';
import { Predictor } from './predictor.ts';
import { initialClassifier } from './pretrained/initialClassifier.ts';
import type { JobEvent } from './progress.ts';
import { snapshotOf } from './readResults.ts';
import { recipeOf } from './recipes.ts';
import { clearResumeState, readResumeState, writeResumeState, type ResumeState } from './resumeState.ts';
import { checkStop, runKey, type RunSession, type TrainingSession } from './runSession.ts';
import { Stopwatch } from './stopwatch.ts';
import { planPhases, type PlannedPhase } from './trainingPhases.ts';
import { validationImages } from './validationImages.ts';

/** A trained classifier and where it stood on the validation images. */
export interface TrainedClassifier {
  readonly state: ModelState;
  readonly best: { readonly epoch: number; readonly auroc?: number | undefined };
}

/**
 * Trains the run's classifier by its method on the parts of its training set, or reads it where that is done already.
 *
 * In every step of a method that is not plain, the second half of the batch is replaced by freshly made synthetic images
 * of its own parents (paper, section 3.2.2). The epoch with the strictly best validation AUC is kept. Where there is a
 * second part, it starts from the kept classifier of the first one, with a fresh optimiser, and its own best is kept.
 *
 * @param autoencoder needed by the methods that decode latents
 */
export async function* trainClassifier(
  session: TrainingSession,
  autoencoder: TrainedAutoencoder | undefined,
): AsyncGenerator<JobEvent, TrainedClassifier> {
  const { run, configs, settings, trainingSet, device } = session;
  const finished = await readClassifier(run.paths.classifier, configs.classifier);
  if (finished) return { state: finished, best: bestOf(session) };

  const phases = planPhases(trainingSet, settings.classifier);
  const resumed = await readResumeState(run.paths, 'classifier');
  const start = resumed?.progress ?? { stage: 'classifier', epoch: 0, steps: 0, seconds: 0 };
  await rewindMetrics(run.paths.metrics, 'classifier', start.epoch);
  const optimizer = scaledFor(device, recipeOf(settings.classifier.recipe).optimizer);
  const val = validationImages(session);
  const tools: PhaseTools = {
    val,
    steps: new ClassifierSteps(session, optimizer, autoencoder),
    predictor: await Predictor.create(device, configs, val.count),
    stopwatch: new Stopwatch(start.seconds),
    totalSteps: phases.reduce((total, { epochs, stepsPerEpoch }) => total + epochs * stepsPerEpoch, 0),
  };
  const parameters = [...describeModel(declareClassifier(configs.classifier)).parameters.keys()];
  let best: Best | undefined = start.best && { ...start.best, state: resumed?.best ?? new Map() };
  try {
    for (const phase of phases) {
      if (start.epoch >= phase.firstEpoch + phase.epochs) continue;
      const isUnderWay = start.epoch > phase.firstEpoch;
      const state = isUnderWay ? resumed?.training : best?.state;
      const steps = isUnderWay ? start.steps - phase.firstStep : 0;
      const initial = state ?? (await initialClassifier(session));
      const trainer = await Trainer.create(device, optimizer, parameters, initial, steps);
      const from = { epoch: Math.max(start.epoch, phase.firstEpoch), best: isUnderWay ? best : undefined };
      try {
        best = yield* trainPhase(session, phase, trainer, tools, from);
      } finally {
        trainer.dispose();
      }
    }
    if (!best) throw new Error('trainClassifier: there was no epoch.');
    await run.updateManifest({ result: { ...run.manifest.result, ...resultOf(best), samples: 0 } });
    await writeClassifier(run.paths.classifier, configs.classifier, best.state);
    await clearResumeState(run.paths);
    yield { type: 'stageFinished', stage: 'classifier', seconds: tools.stopwatch.seconds };
    return { state: best.state, best };
  } finally {
    await tools.predictor.dispose();
    await tools.steps.dispose();
  }
}

/** What all parts of the training use. */
interface PhaseTools {
  readonly val: LabelledImages<'val'>;
  readonly steps: ClassifierSteps;
  readonly predictor: Predictor;
  readonly stopwatch: Stopwatch;
  readonly totalSteps: number;
}

interface Best {
  /** Counted from 1. */
  readonly epoch: number;
  /** What is compared: the AUC, or minus the loss where the AUC is undefined. */
  readonly score: number;
  readonly auroc?: number | undefined;
  readonly state: ModelState;
}

/** Trains one part from the epoch `from.epoch`; returns the best of all its epochs. */
async function* trainPhase(
  session: RunSession,
  phase: PlannedPhase,
  trainer: Trainer,
  tools: PhaseTools,
  from: { readonly epoch: number; readonly best: Best | undefined },
): AsyncGenerator<JobEvent, Best | undefined> {
  const { run, settings } = session;
  const { images, firstEpoch, firstStep } = phase;
  const stage = 'classifier' as const;
  let { best } = from;
  for (let epoch = from.epoch; epoch < firstEpoch + phase.epochs; epoch++) {
    let lossSum = 0;
    const learningRate = phase.schedule(epoch - firstEpoch);
    const total = tools.totalSteps;
    const tell = function* (losses: readonly ClassifierLoss[]): Generator<JobEvent> {
      for (const { loss, count } of losses) lossSum += loss * count;
      const last = losses.at(-1);
      if (last) yield { type: 'progress', stage, done: last.step + 1, total, unit: 'steps', loss: last.loss };
    };
    const order = epochOrder(runKey(session, 'classifier', 'order'), epoch, images.count);
    let step = firstStep + trainer.step;
    for (const indices of batchesOf(order, settings.classifier.batchSize)) {
      checkStop(session);
      yield* tell(await tools.steps.take(trainer, { images, indices, step: step++, learningRate }));
    }
    yield* tell(await tools.steps.finish());
    const evaluation = await validate(session, trainer, tools);
    if (epoch === 0) for (const message of evaluation.warnings) yield { type: 'warning', message };
    const score = evaluation.auroc ?? -evaluation.loss;
    if (!best || score > best.score) {
      best = { epoch: epoch + 1, score, auroc: evaluation.auroc, state: await trainer.modelState() };
    }
    const { seconds } = tools.stopwatch;
    const line = { stage, epoch: epoch + 1, learningRate, secondsElapsed: seconds };
    yield* recordMetrics(run.paths.metrics, [
      { ...line, split: 'train', loss: lossSum / images.count },
      { ...line, split: 'val', ...scores(evaluation) },
    ]);
    const progress = { stage, epoch: epoch + 1, steps: firstStep + trainer.step, seconds };
    await writeResumeState(run.paths, await resumeStateOf(trainer, progress, best));
  }
  return best;
}

async function validate(
  { dataset }: RunSession,
  trainer: Trainer,
  { val, predictor }: PhaseTools,
): Promise<Evaluation> {
  return evaluatePredictions({
    probs: await predictor.predict(val, trainer.modelTensors()),
    labels: val.labels,
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
  return { progress: { ...progress, best }, training: await snapshotOf(trainer, 'classifier'), best: state };
}

function resultOf({ epoch, auroc }: Best): { bestEpoch: number; valAuroc?: number } {
  return { bestEpoch: epoch, ...(auroc === undefined ? {} : { valAuroc: auroc }) };
}

function bestOf({ run }: RunSession): TrainedClassifier['best'] {
  const { result } = run.manifest;
  return { epoch: result?.bestEpoch ?? 0, auroc: result?.valAuroc };
}
