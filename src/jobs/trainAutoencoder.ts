import { batchesOf, gatherImages } from '../data/batch.ts';
import type { LabelledImages } from '../data/dataset.ts';
import type { Program } from '../engine/devices/device.ts';
import { integers } from '../engine/random.ts';
import { floatTensor, intTensor } from '../engine/tensor.ts';
import { LATENT_DOWNSAMPLING, declareAutoencoder } from '../models/vqvae.ts';
import { describeModel, initializeModel } from '../nn/modelState.ts';
import { scaledFor } from '../nn/lossScale.ts';
import { adam } from '../nn/optimizers.ts';
import { StepProgram } from '../nn/stepProgram.ts';
import { StepQueue, type TakenStep } from '../nn/stepQueue.ts';
import { Trainer } from '../nn/trainer.ts';
import type { MetricsLine } from '../runs/metricsLog.ts';
import { traceAutoencoderLosses, traceAutoencoderStep } from '../tsynd/autoencoderTraining.ts';
import type { TrainedAutoencoder } from '../tsynd/syntheticGenerator.ts';
import { autoencoderImages, batchesOfEpoch, epochLength, pixelVariance } from './autoencoderImages.ts';
import { readAutoencoder, writeAutoencoder } from './checkpoints.ts';
import { recordMetrics, rewindMetrics } from './epochMetrics.ts';
import { latentDeviation } from './latentDeviation.ts';
import { readingPace } from './readingPace.ts';
import { finiteLoss, readNumber, snapshotOf } from './readResults.ts';
import { release } from '../engine/devices/release.ts';
import type { JobEvent } from './progress.ts';
import { clearResumeState, readResumeState, writeResumeState } from './resumeState.ts';
import { checkStop, runKey, type RunSession } from './runSession.ts';
import { Stopwatch } from './stopwatch.ts';

/**
 * Trains the run's VQ-VAE on all training images, without their labels, or on those alone whose labels the classifier
 * sees; or reads it where that is done already.
 * Stops after a complete epoch's state is on the disk; the next call goes on from there.
 */
export async function* trainAutoencoder(session: RunSession): AsyncGenerator<JobEvent, TrainedAutoencoder> {
  const { run, configs, settings, dataset, device } = session;
  const config = configs.autoencoder;
  const finished = await readAutoencoder(run.paths.autoencoder, config);
  if (finished) return finished;

  const {
    batchSize: wanted,
    updates,
    learningRate,
    commitment,
    absoluteError,
    decay,
    deadBelow,
  } = settings.autoencoder;
  const images = autoencoderImages(session);
  const batchSize = Math.min(wanted, images.count);
  const { passes, stepsPerEpoch } = epochLength(session, batchSize);
  const epochs = Math.ceil(updates / stepsPerEpoch);
  const weights = { commitment, absoluteError, dataVariance: pixelVariance(images) };
  const shape = { batchSize, imageSize: configs.imageSize };
  const optimizer = scaledFor(device, adam());
  const declare = declareAutoencoder(config);

  const resumed = await readResumeState(run.paths, 'autoencoder');
  const start = resumed?.progress ?? { stage: 'autoencoder', epoch: 0, steps: 0, seconds: 0 };
  await rewindMetrics(run.paths.metrics, 'autoencoder', start.epoch);
  const stopwatch = new Stopwatch(start.seconds);
  const state = resumed?.training ?? initializeModel(declare, runKey(session, 'autoencoder', 'initial'));
  const parameters = describeModel(declare).parameters.keys();
  const trainer = await Trainer.create(device, optimizer, parameters, state, start.steps);
  const program = new StepProgram(
    device,
    traceAutoencoderStep(config, optimizer, shape, weights, { decay, deadBelow }),
  );
  const queue = new StepQueue<number>(device, { isReadingDue: readingPace() });
  const losses = await device.compile(traceAutoencoderLosses(config, shape, weights));
  const rows = batchSize * (configs.imageSize / LATENT_DOWNSAMPLING) ** 2;
  try {
    for (let epoch = start.epoch; epoch < epochs; epoch++) {
      const sums = new LossSums();
      const total = epochs * stepsPerEpoch;
      const tell = function* (taken: readonly TakenStep<number>[]): Generator<JobEvent> {
        let loss = 0;
        for (const { label, values } of taken) {
          loss = finiteLoss(values, 'autoencoder', label);
          sums.add(values);
        }
        const done = taken.at(-1)?.label;
        if (done !== undefined)
          yield { type: 'progress', stage: 'autoencoder', done, total, unit: 'steps', loss };
      };
      let step = trainer.step;
      for (const indices of batchesOfEpoch(session, epoch, { passes, batchSize })) {
        checkStop(session);
        const key = runKey(session, 'autoencoder', 'replacements', step++);
        const batch = {
          images: gatherImages(images, indices),
          correction: floatTensor([], 1 - decay ** step),
          replacements: intTensor([config.codes], integers(key, config.codes, rows)),
        };
        yield* tell(await queue.add({ trainer, program, batch, learningRate, label: step }));
      }
      yield* tell(await queue.flush());
      const line = { stage: 'autoencoder' as const, epoch: epoch + 1, learningRate };
      const trainLine = {
        ...line,
        split: 'train' as const,
        ...sums.means(),
        secondsElapsed: stopwatch.seconds,
      };
      const validation = await validate(session, trainer, losses, dataset.val, batchSize);
      const lines: MetricsLine[] = [trainLine];
      if (validation) lines.push({ ...line, split: 'val', ...validation, secondsElapsed: stopwatch.seconds });
      yield* recordMetrics(run.paths.metrics, lines);
      await writeResumeState(run.paths, {
        progress: { stage: 'autoencoder', epoch: epoch + 1, steps: trainer.step, seconds: stopwatch.seconds },
        training: await snapshotOf(trainer, 'autoencoder'),
        best: new Map(),
      });
    }
    const trained = await trainer.modelState();
    const result = { state: trained, latentDeviation: await latentDeviation(session, trained, batchSize) };
    await writeAutoencoder(run.paths.autoencoder, config, result);
    await clearResumeState(run.paths);
    yield { type: 'stageFinished', stage: 'autoencoder', seconds: stopwatch.seconds };
    return result;
  } finally {
    queue.dispose();
    trainer.dispose();
    await program.dispose();
    await losses.dispose();
  }
}

/** What a step of training or validation tells. */
const LOSSES = ['loss', 'reconstructionLoss', 'commitmentLoss', 'perplexity'] as const;

/** Means of a step's loss and reports over an epoch. */
class LossSums {
  private readonly sums = { loss: 0, reconstructionLoss: 0, commitmentLoss: 0, perplexity: 0 };
  private count = 0;

  add(values: Readonly<Record<string, number>>): void {
    for (const name of LOSSES) this.sums[name] += values[name];
    this.count++;
  }

  means(): { loss: number; reconstructionLoss: number; commitmentLoss: number; perplexity: number } {
    const { loss, reconstructionLoss, commitmentLoss, perplexity } = this.sums;
    const n = this.count;
    return {
      loss: loss / n,
      reconstructionLoss: reconstructionLoss / n,
      commitmentLoss: commitmentLoss / n,
      perplexity: perplexity / n,
    };
  }
}

/** Mean losses over the full batches of the validation images; undefined where there are too few for one. */
async function validate(
  session: RunSession,
  trainer: Trainer,
  losses: Program,
  images: LabelledImages<'val'>,
  batchSize: number,
): Promise<ReturnType<LossSums['means']> | undefined> {
  if (images.count < batchSize) return undefined;
  const sums = new LossSums();
  const order = Int32Array.from({ length: images.count }, (_, index) => index);
  for (const indices of batchesOf(order, batchSize, { dropLast: true })) {
    const batch = { images: await session.device.upload(gatherImages(images, indices)) };
    const results = await losses.run({ ...trainer.modelTensors(), ...batch });
    const values: Record<string, number> = {};
    for (const name of LOSSES) values[name] = await readNumber(results, name);
    sums.add(values);
    release(batch, results);
  }
  return sums.means();
}
