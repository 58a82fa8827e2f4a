import { drawSynthetic } from '../../data/drawSynthetic.ts';
import type { Dataset, LabelledImages } from '../../data/dataset.ts';
import {
  mixedTraining,
  realTraining,
  realTrainingSet,
  selectSynthetic,
  syntheticTraining,
  type SyntheticImages,
  type TrainingSet,
} from '../../data/trainingSet.ts';
import type { Device } from '../../engine/devices/device.ts';
import { deriveKey, randomKey } from '../../engine/random.ts';
import { TsyndError } from '../../protocol/errors.ts';
import type {
  FilterSettings,
  GenerateSettings,
  PoolSettings,
  TrainingSetSettings,
} from '../../protocol/settings.ts';
import { RunFolder } from '../../runs/runFolder.ts';
import type { ModelConfigs } from '../modelConfigs.ts';
import { datasetOptions } from '../openRunDataset.ts';
import { hasOtherSplits } from '../otherSplits.ts';
import { checkPool } from './checkPool.ts';
import { filterPool } from './filterPool.ts';
import { openPool, type Pool } from './openPool.ts';

export interface TrainingSetRequest {
  readonly settings: GenerateSettings;
  readonly dataset: Dataset;
  /** The training images whose labels the classifier sees. */
  readonly subset: LabelledImages<'train'>;
  readonly configs: ModelConfigs;
  /** Runs the judge of a filter. */
  readonly device: Device;
  readonly signal?: AbortSignal | undefined;
  /** The pool that the settings name, where it was opened already; it is checked all the same. */
  readonly pool?: Pool | undefined;
  readonly warn?: ((message: string) => void) | undefined;
}

/**
 * What a run's classifier is trained on, by its settings: the pool is read, checked against validation and test,
 * filtered and cut to its ratio. All draws derive from the run's seed.
 *
 * Throws TsyndError 'run/settings-differ' when the pool or the judge is not what the settings name, 'settings/invalid'
 * for a mix without a pool, held-out images in the pool or behind the judge, too few images, or a class without any, and
 * what `openPool` throws.
 */
export async function openTrainingSet(request: TrainingSetRequest): Promise<TrainingSet> {
  const { settings, dataset, subset, signal, warn } = request;
  const { trainingSet } = settings;
  if (!trainingSet || trainingSet.mix === 'real') return realTrainingSet(subset);
  const { mix, pool: source } = trainingSet;
  if (!source) throw noPool(mix);
  const pool = request.pool ?? (await openPool(source, dataset, { signal }));
  checkSame(pool, source);
  for (const message of [...pool.warnings, ...checkPool(pool, dataset)]) warn?.(message);
  warnOfOthersLabels(pool, request);

  if (trainingSet.filter) await checkJudgeSplits(trainingSet.filter, request);
  const filtered = await filterPool(pool.images, trainingSet.filter, { ...request, pool });
  const chosen = cutToRatio(filtered, trainingSet, request);
  checkClasses(chosen, dataset, mix);
  const [real, synthetic] = [
    { name: 'real', images: realTraining(subset) },
    { name: 'synthetic', images: syntheticTraining(chosen) },
  ] as const;
  switch (mix) {
    case 'synthetic':
      return [synthetic];
    case 'real-and-synthetic':
      return [{ name: mix, images: mixedTraining(subset, chosen) }];
    case 'real-then-synthetic':
      return [real, synthetic];
    case 'synthetic-then-real':
      return [synthetic, real];
  }
}

/** TsyndError 'settings/invalid'. */
export function noPool(mix: TrainingSetSettings['mix']): TsyndError {
  return new TsyndError(
    'settings/invalid',
    `The mix '${mix}' needs a pool of synthetic images, and none is named.`,
    {
      remedy: "Name one (on the command line: --pool), or choose the mix 'real'.",
    },
  );
}

function checkSame({ path, sha256 }: Pool, expected: PoolSettings): void {
  if (sha256 === expected.sha256) return;
  throw new TsyndError('run/settings-differ', `The pool ${path} has changed since the run was started.`, {
    remedy: 'Restore it (its images, and the decisions about them), or start a new run.',
    details: { expected: expected.sha256, found: sha256 },
  });
}

/** What a judge keeps would be chosen by test images, had it been trained on some. */
async function checkJudgeSplits(
  { judge }: FilterSettings,
  { settings, dataset }: Pick<TrainingSetRequest, 'settings' | 'dataset'>,
): Promise<void> {
  const run = await RunFolder.open(judge.path);
  if (!hasOtherSplits(run, dataset, datasetOptions(settings, undefined).seed)) return;
  throw new TsyndError(
    'settings/invalid',
    `The judge, run ${run.id}, was trained on other splits of ${dataset.name}: its test images may be among them.`,
    { remedy: 'The splits are drawn by the seed: give them in the dataset, or use the seed of the judge.' },
  );
}

/** A pool may know more labels than the run; that is no error, but a reader of its result should know. */
function warnOfOthersLabels(
  { images }: Pool,
  { dataset, subset, warn }: Pick<TrainingSetRequest, 'dataset' | 'subset' | 'warn'>,
): void {
  const seen = new Set(subset.sources);
  const known = (images.parents ?? []).filter((parent) => parent !== undefined);
  const others = new Set(known.filter((parent) => !seen.has(dataset.train.sources[parent])));
  if (others.size === 0) return;
  warn?.(
    `The pool was made from labels of ${others.size} training images that this run does not see ` +
      `(of ${subset.count} that it sees): it knows more than real images alone would tell.`,
  );
}

/** A filter that ranks images has put the best first; otherwise chance decides. */
function cutToRatio(
  images: SyntheticImages,
  { ratio, filter }: TrainingSetSettings,
  { settings, dataset, subset }: TrainingSetRequest,
): SyntheticImages {
  if (ratio === undefined) return images;
  const key = deriveKey(randomKey(settings.seed), 'trainingSet', 'draw');
  const order = filter?.kind === 'selective' ? 'as they stand' : { key };
  return selectSynthetic(images, drawSynthetic(images, subset, ratio, order, dataset.classNames));
}

function checkClasses(
  images: SyntheticImages,
  { task, classNames }: Dataset,
  mix: TrainingSetSettings['mix'],
): void {
  if (task === 'multi-label' || mix === 'real-and-synthetic') return;
  const present = new Set(images.labels);
  const without = classNames.filter((_, label) => !present.has(label));
  if (without.length === 0) return;
  const names = without.map((name) => `'${name}'`).join(', ');
  throw new TsyndError('settings/invalid', `The synthetic images would have none of ${names}.`, {
    remedy: "Make images of every class, or choose the mix 'real-and-synthetic'.",
  });
}
