import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { makeFolder, removePartFiles } from '../../data/safeWrite.ts';
import { describeError, TsyndError } from '../../protocol/errors.ts';
import { needsAutoencoder } from '../../protocol/methods.ts';
import type { GenerateSettings } from '../../protocol/settings.ts';
import { RunFolder, runPaths } from '../../runs/runFolder.ts';
import { acquireRunLock } from '../../runs/runLock.ts';
import { drawSubset } from '../drawSubset.ts';
import { generate, resume } from '../generate.ts';
import { newManifest, storedSettings, type RunOrigin } from '../newManifest.ts';
import { readRunSettings } from '../openRunDataset.ts';
import type { JobEvent } from '../progress.ts';
import type { Pool } from '../trainingSet/openPool.ts';
import { contentOf } from './contentOf.ts';
import type { SharedAutoencoders } from './sharedAutoencoders.ts';

export interface FolderRun extends RunOrigin {
  /** The run's own folder. */
  readonly folder: string;
  readonly pool?: Pool | undefined;
  readonly signal: AbortSignal | undefined;
}

/**
 * Makes a run in a folder, or goes on with it where it was begun; one that is finished is left as it is. An autoencoder
 * that another run has trained already is taken over.
 */
export async function* runInFolder(
  { folder, settings, dataset, opened, pool, signal }: FolderRun,
  autoencoders: SharedAutoencoders,
): AsyncGenerator<JobEvent, void> {
  const origin = { settings, dataset, opened };
  const run = await findRun(folder);
  if (run && isComplete(run)) return;
  if (run) {
    await makeReady(run, settings);
  } else {
    await makeFolder(folder);
    await removePartFiles(folder);
  }
  if (needsAutoencoder(settings)) await autoencoders.lend(folder, origin);
  const job = run
    ? resume({ runPath: folder, dataset, opened, pool, signal })
    : generate({
        ...{ folder, settings, dataset, opened, pool, signal },
        datasetPath: dataset.path,
      });
  for await (const event of job) {
    if (event.type === 'stageFinished' && event.stage === 'autoencoder')
      await autoencoders.keep(folder, origin);
    // Of all cells it is the same.
    if (event.type !== 'dataset') yield event;
  }
  await autoencoders.keep(folder, origin);
}

function isComplete({ manifest, paths }: RunFolder): boolean {
  return manifest.status === 'finished' && existsSync(paths.classifier);
}

/** The run in a folder; one that failed before it was trained at all does not count, since what it lacked may be there. */
async function findRun(folder: string): Promise<RunFolder | undefined> {
  const { manifest, metrics } = runPaths(folder);
  if (!existsSync(manifest)) return undefined;
  const run = await RunFolder.open(folder);
  if (run.manifest.status !== 'failed' || existsSync(metrics)) return run;
  await rm(manifest, { force: true });
  return undefined;
}

/**
 * Notes where things lie now: an experiment's folder may have been moved. Throws TsyndError 'run/settings-differ' when
 * the run was begun with other settings, which can only be another pool or judge: all else is in the folder's name.
 */
async function makeReady(run: RunFolder, settings: GenerateSettings): Promise<void> {
  const stored = readRunSettings(run);
  const { root, lock: lockFile } = run.paths;
  if (contentOf(stored) !== contentOf(settings)) {
    throw new TsyndError('run/settings-differ', `The run in ${root} was begun with other synthetic images.`, {
      remedy: 'Delete that folder to make it anew, or restore what it was begun with.',
      details: { folder: root },
    });
  }
  if (JSON.stringify(stored) === JSON.stringify(settings)) return;
  const lock = await acquireRunLock(lockFile);
  try {
    await run.updateManifest({ settings: storedSettings(settings) });
  } finally {
    await lock.release();
  }
}

/** Records in a run's folder why it could not go on; where there is no run yet, one that failed before it began. */
export async function recordFailure(
  { folder, settings, dataset, opened }: Omit<FolderRun, 'signal' | 'pool'>,
  error: TsyndError,
): Promise<void> {
  // Somebody else is at work there, and will say what comes of it.
  if (error.code === 'run/locked') return;
  const failure = { status: 'failed' as const, error: describeError(error) };
  if (existsSync(runPaths(folder).manifest)) {
    await (await RunFolder.open(folder)).updateManifest(failure);
    return;
  }
  await RunFolder.create({
    folder,
    method: settings.method,
    createdAt: new Date(),
    manifest: { ...newManifest({ settings, dataset, opened }), ...failure, stage: 'autoencoder' },
    subsetIndices: drawSubset(dataset, settings).indices,
  });
}
