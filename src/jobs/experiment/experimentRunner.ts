import path from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { sha256OfFile } from '../../data/fileDigest.ts';
import { removePartFiles } from '../../data/safeWrite.ts';
import { TsyndError } from '../../protocol/errors.ts';
import {
  generateSettingsSchema,
  type PoolSettings,
  type TrainingSetSettings,
} from '../../protocol/settings.ts';
import { RunFolder, runPaths } from '../../runs/runFolder.ts';
import { acquireRunLock } from '../../runs/runLock.ts';
import { evaluateUnderConditions } from '../evaluation/evaluateUnderConditions.ts';
import type { OpenedDevice } from '../devices/openDevice.ts';
import { openSession } from '../openSession.ts';
import { toTsyndError } from '../toTsyndError.ts';
import { checkPool } from '../trainingSet/checkPool.ts';
import { openPool, type Pool } from '../trainingSet/openPool.ts';
import { finishedIn, type EvaluationPlan } from './cellState.ts';
import type { CellTraining, SharedRun } from './expandGrid.ts';
import type { ExperimentEvent, ExperimentPart } from './experimentEvent.ts';
import { experimentPaths } from './experimentPaths.ts';
import { poolKey, type GridData, type OpenedData } from './gridData.ts';
import type { OpenedCell } from './openGrid.ts';
import { recordFailure, runInFolder, type FolderRun } from './runInFolder.ts';
import { SharedAutoencoders } from './sharedAutoencoders.ts';

export interface RunnerRequest {
  readonly folder: string;
  readonly gridData: GridData;
  readonly opened: OpenedDevice;
  readonly signal: AbortSignal | undefined;
}

/** Failures after which no other cell could be written either, and a person's wish to stop. */
const ENDS_ALL: ReadonlySet<string> = new Set(['cancelled', 'file/write']);

/** Runs the parts of an experiment in its folder: cells, and before them what they need. */
export class ExperimentRunner {
  private readonly request: RunnerRequest;
  private readonly autoencoders: SharedAutoencoders;
  /** Runs that cells share and that cannot be had in this call. */
  private readonly failed = new Map<string, TsyndError>();
  /** The pool that was made and opened last, for the cells that share it. */
  private made: { readonly id: string; readonly pool: Pool } | undefined;

  constructor(request: RunnerRequest) {
    this.request = request;
    this.autoencoders = new SharedAutoencoders(experimentPaths(request.folder).autoencoders);
  }

  /**
   * Trains and evaluates a cell from where it stands; returns why it failed, as its folder says, too. Throws only what
   * ends the whole experiment.
   */
  async *runCell(
    { cell, written }: OpenedCell,
    plan: EvaluationPlan,
  ): AsyncGenerator<ExperimentEvent, TsyndError | undefined> {
    const { gridData, opened, signal } = this.request;
    const folder = path.join(experimentPaths(this.request.folder).cells, cell.id);
    const data = await gridData.open(written);
    const { dataset } = data;
    let run: FolderRun = { folder, settings: cell.settings, dataset, opened, signal };
    try {
      if (cell.training) {
        const { trainingSet, pool } = yield* this.prepare(cell.training, data);
        run = { ...run, settings: generateSettingsSchema.parse({ ...cell.settings, trainingSet }), pool };
      }
      yield* this.follow({ kind: 'cell', id: cell.id }, run, plan);
      return undefined;
    } catch (error) {
      const failure = toTsyndError(error);
      if (ENDS_ALL.has(failure.code)) throw failure;
      await recordFailure(run, failure);
      return failure;
    }
  }

  private async *follow(
    part: ExperimentPart,
    run: FolderRun,
    plan?: EvaluationPlan,
  ): AsyncGenerator<ExperimentEvent, void> {
    yield { type: 'begin', part };
    yield* runInFolder(run, this.autoencoders);
    if (plan && (await finishedIn(run.folder, plan)) === undefined) yield* evaluate(run, plan);
  }

  /** The pool and the judge of a cell, made where they are not there yet. */
  private async *prepare(
    { mix, ratio, pool, filter }: CellTraining,
    data: OpenedData,
  ): AsyncGenerator<ExperimentEvent, { trainingSet: TrainingSetSettings; pool: Pool }> {
    const opened = 'settings' in pool ? yield* this.makePool(pool, data) : readPool(pool, data);
    const judge = filter && (yield* this.makeShared(filter.judge, data));
    const trainingSet: TrainingSetSettings = {
      mix,
      pool: opened.settings,
      ...(filter && judge
        ? {
            filter: {
              ...filter.spec,
              judge: { path: judge, sha256: await sha256OfFile(runPaths(judge).classifier) },
            },
          }
        : {}),
      ...(ratio === undefined ? {} : { ratio }),
    };
    return { trainingSet, pool: opened.pool };
  }

  private async *makePool(
    run: SharedRun,
    data: OpenedData,
  ): AsyncGenerator<ExperimentEvent, { settings: PoolSettings; pool: Pool }> {
    const folder = yield* this.makeShared(run, data);
    const source = { path: folder, samples: 'all' as const };
    if (this.made?.id !== run.id) {
      const pool = await openPool(source, data.dataset, { signal: this.request.signal });
      for (const message of [...pool.warnings, ...checkPool(pool, data.dataset)])
        yield { type: 'warning', message };
      this.made = { id: run.id, pool };
    }
    const { pool } = this.made;
    return { settings: { ...source, sha256: pool.sha256 }, pool };
  }

  /** Makes a run that cells share; returns its folder. One that failed is not tried again for each of its cells. */
  private async *makeShared(
    { kind, id, settings }: SharedRun,
    { dataset }: OpenedData,
  ): AsyncGenerator<ExperimentEvent, string> {
    const { opened, signal } = this.request;
    const paths = experimentPaths(this.request.folder);
    const folder = path.join(paths[`${kind}s`], id);
    const known = this.failed.get(id);
    if (known) throw known;
    const run: FolderRun = { folder, settings, dataset, opened, signal };
    try {
      if (!(await isFinishedRun(folder))) yield* this.follow({ kind, id }, run);
      return folder;
    } catch (error) {
      const failure = toTsyndError(error);
      if (ENDS_ALL.has(failure.code)) throw failure;
      await recordFailure(run, failure);
      const what = kind === 'pool' ? 'The synthetic images' : 'The judge';
      const told = new TsyndError(
        failure.code,
        `${what} could not be made (${path.relative(paths.root, folder)}): ${failure.message}`,
        {
          ...(failure.remedy === undefined ? {} : { remedy: failure.remedy }),
          cause: failure,
        },
      );
      this.failed.set(id, told);
      throw told;
    }
  }
}

function readPool(settings: PoolSettings, { pools }: OpenedData): { settings: PoolSettings; pool: Pool } {
  const pool = pools.get(poolKey(settings));
  if (pool) return { settings, pool };
  throw new Error(`readPool: ${settings.path} was not opened with its dataset.`);
}

async function isFinishedRun(folder: string): Promise<boolean> {
  const run = await RunFolder.open(folder).catch(() => undefined);
  return run?.manifest.status === 'finished';
}

/** Tests the classifier of a finished run; a cell whose evaluation fails counts as failed. */
async function* evaluate(
  { folder, dataset, opened, signal }: FolderRun,
  plan: EvaluationPlan,
): AsyncGenerator<ExperimentEvent, void> {
  const lock = await acquireRunLock(runPaths(folder).lock);
  try {
    await removePartFiles(folder);
    const { session } = await openSession(await RunFolder.open(folder), { dataset, opened, signal });
    yield* evaluateUnderConditions(session, plan);
    await setImmediate();
  } finally {
    await lock.release();
  }
}
