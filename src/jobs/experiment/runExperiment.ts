import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { makeFolder, writeFileAtomic } from '../../data/safeWrite.ts';
import { TsyndError } from '../../protocol/errors.ts';
import type { ExperimentPlan } from '../../protocol/experiment.ts';
import type { DeviceChoice } from '../../protocol/settings.ts';
import { acquireRunLock } from '../../runs/runLock.ts';
import { openDevice, type OpenedDevice, type OpenRequest } from '../devices/openDevice.ts';
import { openRecordedDevice } from '../devices/openRecordedDevice.ts';
import { programVersions } from '../versions.ts';
import { finishedIn, type EvaluationPlan } from './cellState.ts';
import { experimentConditions } from './experimentConditions.ts';
import type { ExperimentEvent } from './experimentEvent.ts';
import { experimentPaths } from './experimentPaths.ts';
import { ExperimentRunner } from './experimentRunner.ts';
import type { SourcePlaces } from './findSources.ts';
import { GridData } from './gridData.ts';
import { openGrid, type OpenedGrid } from './openGrid.ts';
import { parseExperiment, type ParsedExperiment } from './parseExperiment.ts';
import { findExperiment, readExperiment } from './readExperiment.ts';
import { resolveArms, type Arm } from './resolveArms.ts';
import { secondsLeft, type TimedCell } from './secondsLeft.ts';

export interface ExperimentRequest {
  /** The experiment's YAML file, or the folder of one that was begun. */
  readonly path: string;
  /** The experiment's folder; made when missing. Needed with a file only. */
  readonly out?: string | undefined;
  /** Where datasets are looked for that do not lie beside the file. */
  readonly data?: string | undefined;
  readonly device: DeviceChoice;
  readonly threads?: number | undefined;
  /** Only check and tell what would be run. */
  readonly dryRun?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Told before a device is tried, which can take a minute. */
  readonly onDevice?: OpenRequest['onDevice'];
}

export interface ExperimentResult {
  readonly folder: string;
  /** Cells, over all calls. */
  readonly finished: number;
  readonly failed: number;
}

/** The same noise, starts and searches for all cells, and for all experiments that are compared. */
const EVALUATION_SEED = 0;

/**
 * Runs all cells of an experiment that are not finished yet. The whole file is checked before anything is trained; what
 * is wrong is thrown as TsyndError. A cell that fails is recorded in its folder, and the others go on; 'cancelled' ends
 * all. After a stop or a kill, the same call goes on where it was: finished cells are not touched, and one under way
 * goes on from its last complete epoch.
 */
export async function* runExperiment(
  request: ExperimentRequest,
): AsyncGenerator<ExperimentEvent, ExperimentResult> {
  const source = await readSource(request);
  const arms = resolveArms(source.parsed);
  const paths = experimentPaths(source.folder);
  await makeFolder(paths.root);
  const lock = await acquireRunLock(paths.lock, 'experiment');
  try {
    const before = await findExperiment(paths.root);
    const opened = await openSameDevice(request, before);
    try {
      return yield* runGrid(request, { ...source, arms, before, opened });
    } finally {
      await opened.device.dispose();
    }
  } finally {
    await lock.release();
  }
}

interface Source extends SourcePlaces {
  readonly folder: string;
  readonly data: string | undefined;
  readonly parsed: ParsedExperiment;
}

interface Opened extends Source {
  readonly arms: readonly Arm[];
  /** What was planned the last time. */
  readonly before: ExperimentPlan | undefined;
  readonly opened: OpenedDevice;
}

async function* runGrid(
  { signal, dryRun }: ExperimentRequest,
  source: Opened,
): AsyncGenerator<ExperimentEvent, ExperimentResult> {
  const { folder, parsed, arms, base, data, opened } = source;
  if (opened.warning !== undefined) yield { type: 'warning', message: opened.warning };
  const gridData = new GridData({ parsed, arms, base, data, folder, signal });
  const grid = await openGrid({ file: parsed.file, arms, base, data, gridData, opened, signal });
  for (const message of grid.warnings) yield { type: 'warning', message };
  const plan = planOf(source, grid);
  const paths = experimentPaths(folder);
  if (!dryRun) await writeFileAtomic(paths.plan, `${JSON.stringify(plan, undefined, 2)}\n`);

  const evaluation = evaluationPlans(plan);
  const timed: TimedCell[] = [];
  for (const { cell } of grid.cells) {
    timed.push({ cell, seconds: await finishedIn(path.join(paths.cells, cell.id), evaluation(cell)) });
  }
  const finished = (): number => timed.filter(({ seconds }) => seconds !== undefined).length;
  yield { type: 'plan', folder, plan, finished: finished() };
  if (dryRun) return { folder, finished: finished(), failed: 0 };

  const runner = new ExperimentRunner({ folder, gridData, opened, signal });
  let failed = 0;
  for (const [index, opened] of grid.cells.entries()) {
    if (timed[index].seconds !== undefined) continue;
    const { cell } = opened;
    const error = yield* runner.runCell(opened, evaluation(cell));
    if (error) failed++;
    else
      timed[index] = { cell, seconds: await finishedIn(path.join(paths.cells, cell.id), evaluation(cell)) };
    yield {
      type: 'end',
      part: { kind: 'cell', id: cell.id },
      error,
      done: finished(),
      total: timed.length,
      secondsLeft: secondsLeft(timed, index + 1),
    };
    await setImmediate();
  }
  return { folder, finished: finished(), failed };
}

async function readSource({ path: given, out, data }: ExperimentRequest): Promise<Source> {
  const place = path.resolve(given);
  const found = await stat(place).catch(() => undefined);
  if (found?.isDirectory()) {
    const plan = await readExperiment(place);
    const parsed = parseExperiment(plan.yaml, experimentPaths(place).plan);
    return { folder: place, base: plan.base ?? place, data: data ?? plan.data, parsed };
  }
  if (!found) {
    throw new TsyndError('dataset/not-found', `There is no experiment ${place}.`, {
      remedy: 'Give its YAML file, or the folder of one that was begun.',
    });
  }
  if (out === undefined) throw new Error('runExperiment: a file needs a folder for what is made of it.');
  const parsed = parseExperiment(await readFile(place, 'utf8'), place);
  const resolved = data === undefined ? undefined : path.resolve(data);
  return { folder: path.resolve(out), base: path.dirname(place), data: resolved, parsed };
}

/**
 * The device that an experiment was begun with, which no choice at all stands for, too: on another one cells would differ
 * by more than their settings.
 */
async function openSameDevice(
  request: ExperimentRequest,
  before: ExperimentPlan | undefined,
): Promise<OpenedDevice> {
  const { device, threads } = request;
  if (!before) return openDevice(device, threads, request);
  const { name, threads: known } = before.device;
  const isSame = [name, 'auto'].includes(device) && [known, undefined].includes(threads);
  if (isSame) return openRecordedDevice(before.device, 'The experiment', request);
  throw new TsyndError(
    'run/settings-differ',
    `The experiment was begun on ${name} with ${known} thread${known === 1 ? '' : 's'}.`,
    { remedy: 'Go on with these, or give another folder (on the command line: --out).' },
  );
}

function planOf({ parsed, base, data, before, opened }: Opened, grid: OpenedGrid): ExperimentPlan {
  const { file, yaml } = parsed;
  const { conditions, headline } = experimentConditions(file);
  const { device, threads } = opened;
  return {
    formatVersion: 1,
    title: file.title,
    createdAt: before?.createdAt ?? new Date().toISOString(),
    versions: programVersions(),
    device: { name: device.name, description: device.description, threads },
    file,
    yaml,
    base,
    ...(data === undefined ? {} : { data }),
    conditions: [...conditions],
    headline: [...headline],
    datasets: grid.datasets,
    cells: grid.cells.map(({ cell: { id, dataset, fraction, architecture, arm, seed } }) => {
      return { id, dataset, fraction, architecture, arm, seed };
    }),
  };
}

/** How a cell is evaluated: looking for masked gradients takes long, so that one seed of each arm must do. */
function evaluationPlans({ conditions, file }: ExperimentPlan): (cell: { seed: number }) => EvaluationPlan {
  const first = Math.min(...file.seeds);
  return ({ seed }) => ({
    conditions,
    masking: file.evaluation.masking && seed === first,
    seed: EVALUATION_SEED,
  });
}
