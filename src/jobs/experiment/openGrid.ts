import { declareClassifier } from '../../models/classifier.ts';
import { describeModel } from '../../nn/modelState.ts';
import { TsyndError } from '../../protocol/errors.ts';
import type { ExperimentFile, ExperimentPlan } from '../../protocol/experiment.ts';
import type { GenerateSettings, PoolSettings } from '../../protocol/settings.ts';
import { checkMethod } from '../checkMethod.ts';
import { drawSubset } from '../drawSubset.ts';
import { modelConfigs } from '../modelConfigs.ts';
import type { OpenedDevice } from '../devices/openDevice.ts';
import { checkPretrained } from '../pretrained/checkPretrained.ts';
import { hashPretrained, type PretrainedSource } from '../pretrained/readPretrained.ts';
import { openTrainingSet } from '../trainingSet/openTrainingSet.ts';
import { checkModelSize } from './checkModelSize.ts';
import { checkClasses, countClasses } from './checkClasses.ts';
import { expandGrid, type GridCell } from './expandGrid.ts';
import { findSource, type SourcePlaces } from './findSources.ts';
import { poolKey, type GridData, type OpenedData } from './gridData.ts';
import type { Arm } from './resolveArms.ts';

export interface OpenGridRequest extends SourcePlaces {
  readonly file: ExperimentFile;
  readonly arms: readonly Arm[];
  readonly data: string | undefined;
  readonly gridData: GridData;
  readonly opened: OpenedDevice;
  readonly signal: AbortSignal | undefined;
}

/** A cell with the name that the file gives its dataset. */
export interface OpenedCell {
  readonly cell: GridCell;
  readonly written: string;
}

export interface OpenedGrid {
  readonly cells: readonly OpenedCell[];
  readonly datasets: ExperimentPlan['datasets'];
  readonly warnings: readonly string[];
}

/**
 * All cells of a grid, checked: datasets, classes in every split, image sizes, pools, weights, and enough synthetic
 * images wherever the pool is there already. Nothing is trained, and what is wrong is thrown as TsyndError.
 */
export async function openGrid(request: OpenGridRequest): Promise<OpenedGrid> {
  const { file, arms, gridData } = request;
  const weights = await hashWeights(request);
  const cells: OpenedCell[] = [];
  const datasets: ExperimentPlan['datasets'] = [];
  const warnings = new Set<string>();
  for (const written of file.datasets) {
    const data = await gridData.open(written);
    const { dataset } = data;
    if (datasets.some(({ name }) => name === dataset.name)) {
      throw new TsyndError('settings/invalid', `Two datasets of the grid are called ${dataset.name}.`, {
        remedy: 'Tables could not tell them apart: rename one, or put it into an experiment of its own.',
      });
    }
    checkClasses(dataset);
    datasets.push(describeDataset(data));
    const planned = expandGrid(file, arms, {
      dataset: { ...dataset, splitsAreDrawn: dataset.splitSource === 'drawn' },
      subsetCount: (choice) => drawSubset(dataset, choice).indices.length,
      pretrained: (spec) => weights.get(spec)!,
      pool: (name) => data.poolSettings.get(name)!,
    });
    for (const message of data.warnings) warnings.add(message);
    for await (const message of checkCells(planned, data, request)) warnings.add(message);
    cells.push(...planned.map((cell) => ({ cell, written })));
  }
  return { cells, datasets, warnings: [...warnings] };
}

/** Of all files and runs that the file names as weights. */
async function hashWeights({
  file,
  arms,
  base,
  data,
}: OpenGridRequest): Promise<Map<string, PretrainedSource>> {
  const pools = Object.values(file.pools).flatMap((pool) => ('generate' in pool ? [pool.generate] : []));
  const specs = [file, ...arms, ...pools, file.judge ?? {}].flatMap(({ classifier }) => {
    const spec = classifier?.pretrained;
    return typeof spec === 'object' ? Object.values(spec) : (spec ?? []);
  });
  const sources = new Map<string, PretrainedSource>();
  for (const spec of new Set(specs)) {
    const place = findSource(spec, { base, data });
    sources.set(spec, { path: place, sha256: await hashPretrained(place) });
  }
  return sources;
}

/** Checks each thing once; yields what a person should know. */
async function* checkCells(
  cells: readonly GridCell[],
  data: OpenedData,
  request: OpenGridRequest,
): AsyncGenerator<string> {
  const seen = new Set<string>();
  const isNew = (...key: unknown[]): boolean => {
    const text = JSON.stringify(key);
    return !seen.has(text) && Boolean(seen.add(text));
  };
  for (const cell of cells) {
    const shared = [cell.training?.pool, cell.training?.filter?.judge].flatMap((run) =>
      run && 'settings' in run ? [run.settings] : [],
    );
    try {
      checkDropout(cell);
      for (const settings of [cell.settings, ...shared]) {
        const { method, count, classifier, fraction, seed } = settings;
        if (isNew(method, count)) checkMethod(settings);
        const configs = modelConfigs(data.dataset, settings);
        if (isNew(configs.classifier)) {
          checkModelSize('classifier', describeModel(declareClassifier(configs.classifier)));
        }
        if (isNew(configs.classifier, classifier.pretrained))
          yield* await checkPretrained(settings, configs, data.dataset);
        const pool = cell.training?.pool;
        if (settings !== cell.settings || !pool || 'settings' in pool || cell.training.filter) continue;
        if (isNew(cell.training, fraction, seed)) yield* await checkTraining(cell, pool, data, request);
      }
    } catch (error) {
      throw inCell(cell, error);
    }
  }
}

/**
 * Throws TsyndError 'settings/invalid' where mutual information decides something and is always zero, for want of
 * dropout: an arm or a pool that raises it would be one of latent noise under another name.
 */
function checkDropout({ settings, training }: GridCell): void {
  const { pool, filter } = training ?? {};
  const lacking = (one: GenerateSettings): boolean => one.classifier.dropout === 0;
  if (settings.method === 'mi' && lacking(settings)) {
    throw noDropout('Its method raises mutual information, and its classifier', 'it');
  }
  if (pool && 'settings' in pool && pool.settings.method === 'mi' && lacking(pool.settings)) {
    throw noDropout('Its pool is made by raising mutual information, and the classifier', 'the pool');
  }
  if (filter?.spec.kind === 'uncertain-band' && lacking(filter.judge.settings)) {
    throw noDropout('Its filter asks for mutual information, and the judge', 'the judge');
  }
}

function noDropout(sentence: string, whom: string): TsyndError {
  return new TsyndError('settings/invalid', `${sentence} has no dropout.`, {
    remedy: `Give ${whom} some, for example \`classifier: { dropout: 0.5 }\`.`,
  });
}

/** Whether the pool has enough images. With a filter that is known only once its judge is trained. */
async function checkTraining(
  cell: GridCell,
  pool: PoolSettings,
  { dataset, pools }: OpenedData,
  { opened, signal }: OpenGridRequest,
): Promise<readonly string[]> {
  const { mix, ratio } = cell.training!;
  const settings = {
    ...cell.settings,
    trainingSet: { mix, pool, ...(ratio === undefined ? {} : { ratio }) },
  };
  const warnings: string[] = [];
  await openTrainingSet({
    settings,
    dataset,
    subset: drawSubset(dataset, settings).subset,
    configs: modelConfigs(dataset, settings),
    device: opened.device,
    signal,
    pool: pools.get(poolKey(pool)),
    warn: (message) => void warnings.push(message),
  });
  return warnings;
}

function inCell({ arm, dataset, architecture }: GridCell, error: unknown): unknown {
  if (!(error instanceof TsyndError) || error.code === 'cancelled') return error;
  const { code, message, remedy, details } = error;
  return new TsyndError(code, `In the arm '${arm}' on ${dataset} (${architecture}): ${message}`, {
    ...(remedy === undefined ? {} : { remedy }),
    details,
    cause: error,
  });
}

function describeDataset({ dataset }: OpenedData): ExperimentPlan['datasets'][number] {
  const { name, path, sha256, task, classNames, imageSize, train, val, test } = dataset;
  return {
    name,
    path,
    sha256,
    task,
    classNames: [...classNames],
    imageSize,
    counts: { train: train.count, val: val.count, test: test.count },
    classCounts: countClasses(dataset),
  };
}
