import { sha256Of } from '../../data/fileDigest.ts';
import { deriveKey, integers, randomKey } from '../../engine/random.ts';
import type { ExperimentCell, ExperimentFile, FilterSpec } from '../../protocol/experiment.ts';
import type { GenerateSettings, Mix, PoolSettings } from '../../protocol/settings.ts';
import { fileNameOf } from '../../runs/stampedFolder.ts';
import type { PretrainedSource } from '../pretrained/readPretrained.ts';
import { contentOf } from './contentOf.ts';
import { gridSettings } from './gridSettings.ts';
import type { Arm } from './resolveArms.ts';

/** A run that several cells need: one that makes a pool, or the judge of a filter. */
export interface SharedRun {
  readonly kind: 'pool' | 'judge';
  readonly id: string;
  readonly settings: GenerateSettings;
}

/** What a cell with synthetic images is trained on. */
export interface CellTraining {
  readonly mix: Exclude<Mix, 'real'>;
  readonly ratio?: number | undefined;
  readonly pool: PoolSettings | SharedRun;
  readonly filter?: { readonly spec: FilterSpec; readonly judge: SharedRun } | undefined;
}

/** A cell of the grid with all that decides its bytes. */
export interface GridCell extends ExperimentCell {
  /** Without its training set, whose pool may not be made yet. */
  readonly settings: GenerateSettings;
  /** Absent where it trains on real images alone. */
  readonly training?: CellTraining | undefined;
}

/** What must be known of a dataset and of what the file names beside it. */
export interface GridFacts {
  readonly dataset: { readonly name: string; readonly sha256: string; readonly splitsAreDrawn: boolean };
  /** Training images that a cell sees. */
  subsetCount(choice: Pick<GenerateSettings, 'seed' | 'subsetSeed' | 'fraction'>): number;
  pretrained(path: string): PretrainedSource;
  /** A pool that is read, by its name. */
  pool(name: string): PoolSettings;
}

/**
 * All cells of one dataset, seed after seed, so that what a stopped grid leaves can be compared. A cell's id ends in a
 * hash of all that decides its result: when something changes it is another cell, and the old one's folder stays.
 */
export function expandGrid(file: ExperimentFile, arms: readonly Arm[], facts: GridFacts): GridCell[] {
  const { fractions, architectures, seeds } = file;
  return fractions.flatMap((fraction) =>
    architectures.flatMap((architecture) =>
      seeds.flatMap((seed) =>
        arms.map((arm) => planCell({ file, facts, fraction, seed }, architecture, arm)),
      ),
    ),
  );
}

interface Place {
  readonly file: ExperimentFile;
  readonly facts: GridFacts;
  readonly fraction: number;
  readonly seed: number;
}

function planCell(
  place: Place,
  architecture: GenerateSettings['classifier']['architecture'],
  arm: Arm,
): GridCell {
  const { file, facts, fraction, seed } = place;
  const settings = gridSettings({
    ...commonSettings(place),
    architecture,
    method: arm.method,
    count: file.count,
    overrides: [file, arm],
  });
  const training = planTraining(place, arm);
  const hash = hashOf({ dataset: facts.dataset.sha256, arm: arm.name, settings, training });
  return {
    id: [nameOf(place), architecture, fileNameOf(arm.name), `seed${seed}`, hash].join('-'),
    dataset: facts.dataset.name,
    fraction,
    architecture,
    arm: arm.name,
    seed,
    settings,
    training,
  };
}

function planTraining(place: Place, { mix, pool, ratio, filter }: Arm): CellTraining | undefined {
  if (mix === 'real' || pool === undefined) return undefined;
  const spec = place.file.pools[pool];
  return {
    mix,
    ...(ratio === undefined ? {} : { ratio }),
    pool: 'generate' in spec ? planPool(place, pool, spec.generate) : place.facts.pool(pool),
    ...(filter ? { filter: { spec: filter, judge: planJudge(place) } } : {}),
  };
}

/** A run for each dataset, fraction and seed: all architectures are trained on the same synthetic images. */
function planPool(
  place: Place,
  name: string,
  {
    method,
    ratio,
    ...overrides
  }: Extract<ExperimentFile['pools'][string], { generate: unknown }>['generate'],
): SharedRun {
  const { file, facts } = place;
  const common = commonSettings(place);
  const settings = gridSettings({
    ...common,
    architecture: file.architectures[0],
    method,
    // Parents are taken in whole passes over the real images, so that every class is there in its proportion.
    count: Math.ceil(ratio) * facts.subsetCount(common),
    overrides: [file, overrides],
  });
  return sharedRun('pool', place, [fileNameOf(name), nameOf(place), `seed${place.seed}`], settings);
}

/** Sees the same real images as the cell, and is otherwise drawn independently of it. */
function planJudge(place: Place): SharedRun {
  const { file, seed } = place;
  const settings = gridSettings({
    ...commonSettings(place),
    seed: judgeSeed(seed),
    subsetSeed: file.subsetSeed ?? seed,
    architecture: file.architectures[0],
    method: 'baseline',
    count: 0,
    overrides: [file, file.judge ?? {}],
  });
  return sharedRun('judge', place, [nameOf(place), `seed${seed}`], settings);
}

function judgeSeed(seed: number): number {
  return integers(deriveKey(randomKey(seed), 'judge'), 1, 2 ** 31)[0];
}

function sharedRun(
  kind: SharedRun['kind'],
  { facts }: Place,
  names: readonly string[],
  settings: GenerateSettings,
): SharedRun {
  const id = [...names, hashOf({ dataset: facts.dataset.sha256, settings })].join('-');
  return { kind, id, settings };
}

function commonSettings({ file, facts, fraction, seed }: Place) {
  const { preset, imageSize, splitSeed = 0, subsetSeed } = file;
  return {
    preset,
    seed,
    fraction,
    skipUnreadable: false,
    ...(imageSize === undefined ? {} : { imageSize }),
    ...(facts.dataset.splitsAreDrawn ? { splitSeed } : {}),
    ...(subsetSeed === undefined ? {} : { subsetSeed }),
    resolvePretrained: (source: string) => facts.pretrained(source),
  };
}

/** `breastmnist-1pct` */
function nameOf({ facts, fraction }: Place): string {
  return `${fileNameOf(facts.dataset.name)}-${Number((100 * fraction).toPrecision(6))}pct`;
}

/** Eight hexadecimal digits. */
function hashOf(value: unknown): string {
  return sha256Of(contentOf(value)).slice(0, 8);
}
