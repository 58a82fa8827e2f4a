import path from 'node:path';
import type { Dataset } from '../data/dataset.ts';
import { openDataset } from '../data/openDataset.ts';
import { makeFolder, removePartFiles, writeFileAtomic } from '../data/safeWrite.ts';
import { describeError } from '../protocol/errors.ts';
import { needsAutoencoder } from '../protocol/methods.ts';
import type { DeviceChoice, GenerateSettings } from '../protocol/settings.ts';
import type { SourceSpecs } from '../protocol/sourceSpecs.ts';
import { appendLines, readLines } from '../runs/jsonLines.ts';
import { RunFolder, type RunPlace } from '../runs/runFolder.ts';
import { acquireRunLock } from '../runs/runLock.ts';
import { sampleRecordSchema } from '../runs/sampleRecord.ts';
import { checkMethod } from './checkMethod.ts';
import { writeContactSheet } from './contactSheet.ts';
import { drawSubset } from './drawSubset.ts';
import { encodeSample } from './encodeSample.ts';
import { makeSamples } from './makeSamples.ts';
import { modelConfigs } from './modelConfigs.ts';
import { newManifest } from './newManifest.ts';
import { inRunPrecision } from './devices/inRunPrecision.ts';
import { openDevice, type OpenedDevice, type OpenRequest } from './devices/openDevice.ts';
import { datasetOptions } from './openRunDataset.ts';
import { forTraining, openSession, type SessionRequest } from './openSession.ts';
import { checkPretrained } from './pretrained/checkPretrained.ts';
import type { JobEvent, Stage } from './progress.ts';
import type { RunSession, TrainingSession } from './runSession.ts';
import { Stopwatch } from './stopwatch.ts';
import { summarizeDataset } from './summarizeDataset.ts';
import { toTsyndError } from './toTsyndError.ts';
import { trainAutoencoder } from './trainAutoencoder.ts';
import { trainClassifier } from './trainClassifier.ts';
import type { Pool } from './trainingSet/openPool.ts';
import { countTrainingImages } from './trainingSet/countTrainingImages.ts';
import { openTrainingSet } from './trainingSet/openTrainingSet.ts';
import { resolveSources } from './trainingSet/resolveSources.ts';

export type GenerateRequest = RunPlace & {
  readonly datasetPath: string;
  readonly settings: GenerateSettings;
  /** Files and folders that are to be read, hashed and made part of the settings. */
  readonly sources?: SourceSpecs | undefined;
  /** `auto` when absent. */
  readonly device?: DeviceChoice;
  /** Threads of the CPU device; the machine's processors when absent. */
  readonly threads?: number;
  readonly signal?: AbortSignal | undefined;
  /** Told before a device is tried, which can take a minute. */
  readonly onDevice?: OpenRequest['onDevice'];
  /** What was opened already, where many runs share it: the dataset as `datasetOptions` of the settings says. */
  readonly dataset?: Dataset | undefined;
  /** Whoever opened a device disposes of it. */
  readonly opened?: OpenedDevice | undefined;
  readonly pool?: Pool | undefined;
};

export interface ResumeRequest extends SessionRequest {
  /** The run's folder. */
  readonly runPath: string;
  readonly pool?: Pool | undefined;
}

export interface GenerateResult {
  readonly id: string;
  readonly folder: string;
  readonly samples: number;
  readonly bestEpoch: number;
  readonly valAuroc?: number | undefined;
}

/**
 * The main job: opens a dataset, makes a run folder, trains the autoencoder and the classifier, and makes samples.
 * All errors are found as early as they can be: dataset, settings, sources and device before the folder is made.
 */
export async function* generate(request: GenerateRequest): AsyncGenerator<JobEvent, GenerateResult> {
  const { signal } = request;
  const dataset =
    request.dataset ?? (await openDataset(request.datasetPath, datasetOptions(request.settings, signal)));
  const configs = modelConfigs(dataset, request.settings);
  yield { type: 'dataset', summary: summarizeDataset(dataset) };
  const { settings, pool } = await resolveSources(request.settings, request.sources, {
    dataset,
    pool: request.pool,
    signal,
  });
  checkMethod(settings);
  for (const message of await checkPretrained(settings, configs, dataset)) yield { type: 'warning', message };
  const opened = request.opened ?? (await openDevice(request.device ?? 'auto', request.threads, request));
  if (!request.opened && opened.warning !== undefined) yield { type: 'warning', message: opened.warning };
  try {
    const device = await inRunPrecision(opened.device, settings.precision);
    const { subset, indices } = drawSubset(dataset, settings);
    const warnings: string[] = [];
    const trainingSet = await openTrainingSet({
      ...{ settings, dataset, subset, configs, device, signal, pool },
      warn: (message) => void warnings.push(message),
    });
    for (const message of warnings) yield { type: 'warning', message };
    const run = await RunFolder.create({
      ...('folder' in request ? { folder: request.folder } : { out: request.out }),
      method: settings.method,
      createdAt: new Date(),
      manifest: {
        ...newManifest({ settings, dataset, opened }),
        status: 'running',
        stage: 'autoencoder',
        trainingImages: countTrainingImages(trainingSet),
      },
      subsetIndices: indices,
    });
    const session: TrainingSession = {
      ...{ run, settings, dataset, subset, trainingSet, configs, device, signal },
    };
    const lock = await acquireRunLock(run.paths.lock);
    try {
      return yield* runStages(session, opened);
    } finally {
      await lock.release();
    }
  } finally {
    if (!request.opened) await opened.device.dispose();
  }
}

/**
 * Goes on with a stopped, failed or killed run from its last complete epoch or sample; the result has the same bytes
 * as that of an uninterrupted run. Throws TsyndError 'run/settings-differ' when the dataset, the pool or the weights
 * that it starts from are not the run's.
 */
export async function* resume(request: ResumeRequest): AsyncGenerator<JobEvent, GenerateResult> {
  const { paths } = await RunFolder.open(request.runPath);
  const lock = await acquireRunLock(paths.lock);
  try {
    await removePartFiles(paths.root);
    // Read again, now that no other process can change it any more.
    const { session, opened } = await openSession(await RunFolder.open(paths.root), request);
    if (!request.opened && opened.warning !== undefined) yield { type: 'warning', message: opened.warning };
    try {
      return yield* runStages(await forTraining(session, { pool: request.pool }), opened);
    } finally {
      if (!request.opened) await opened.device.dispose();
    }
  } finally {
    await lock.release();
  }
}

async function* runStages(
  session: TrainingSession,
  { reason }: OpenedDevice,
): AsyncGenerator<JobEvent, GenerateResult> {
  const { run, device } = session;
  yield {
    type: 'run',
    id: run.id,
    folder: run.paths.root,
    device: [device.description, reason].filter(Boolean).join('; '),
  };
  let end: Parameters<RunFolder['updateManifest']>[0] | undefined = { status: 'stopped' };
  try {
    // The dataset may have moved since; its hash has told that it is the same.
    const dataset = { ...run.manifest.dataset, path: session.dataset.path };
    await run.updateManifest({ status: 'running', error: undefined, dataset });
    const result = yield* stagesOf(session);
    await run.updateManifest({ status: 'finished' });
    end = undefined;
    return result;
  } catch (error) {
    const failure = toTsyndError(error);
    if (failure.code !== 'cancelled') end = { status: 'failed', error: describeError(failure) };
    throw failure;
  } finally {
    // Also reached when the consumer of the events leaves early. What made the run fail is what to tell, even where
    // this fails, too.
    if (end) await run.updateManifest(end).catch(() => undefined);
  }
}

async function* stagesOf(session: TrainingSession): AsyncGenerator<JobEvent, GenerateResult> {
  const { run, settings } = session;
  const autoencoder = needsAutoencoder(settings)
    ? yield* timed(session, 'autoencoder', trainAutoencoder(session))
    : undefined;
  const classifier = yield* timed(session, 'classifier', trainClassifier(session, autoencoder));

  let samples = 0;
  if (autoencoder && settings.count > 0) {
    samples = yield* timed(session, 'samples', writeSamples(session, autoencoder, classifier.state));
  }
  const { epoch: bestEpoch, auroc: valAuroc } = classifier.best;
  await run.updateManifest({
    result: { bestEpoch, ...(valAuroc === undefined ? {} : { valAuroc }), samples },
  });
  return { id: run.id, folder: run.paths.root, samples, bestEpoch, valAuroc };
}

/** Notes the stage in run.json, and the time that it took. */
async function* timed<T>(
  { run }: RunSession,
  stage: Stage,
  events: AsyncGenerator<JobEvent, T>,
): AsyncGenerator<JobEvent, T> {
  await run.updateManifest({ stage });
  const stopwatch = new Stopwatch(run.manifest.timings[stage]);
  try {
    return yield* events;
  } finally {
    await run.updateManifest({ timings: { ...run.manifest.timings, [stage]: stopwatch.seconds } });
  }
}

async function* writeSamples(
  session: RunSession,
  ...[autoencoder, classifier]: [Parameters<typeof makeSamples>[1], Parameters<typeof makeSamples>[2]]
): AsyncGenerator<JobEvent, number> {
  const { run, settings, configs } = session;
  const stopwatch = new Stopwatch(run.manifest.timings.samples);
  const { values: done, warnings } = await readLines(run.paths.samples, sampleRecordSchema);
  for (const message of warnings) yield { type: 'warning', message };
  let count = done.length;
  const total = settings.count;
  yield { type: 'progress', stage: 'samples', done: count, total, unit: 'samples' };
  for await (const samples of makeSamples(session, autoencoder, classifier, count)) {
    for (const { record, pixels } of samples) {
      const file = path.join(run.paths.root, record.file);
      await makeFolder(path.dirname(file));
      await writeFileAtomic(file, await encodeSample(configs, pixels));
    }
    // An image without a record is made again after a kill; a record without an image would be a lie.
    await appendLines(
      run.paths.samples,
      sampleRecordSchema,
      samples.map((sample) => sample.record),
    );
    count += samples.length;
    yield { type: 'progress', stage: 'samples', done: count, total, unit: 'samples' };
  }
  await writeContactSheet(session);
  yield { type: 'stageFinished', stage: 'samples', seconds: stopwatch.seconds };
  return count;
}
