import { nearestName } from '../../data/nearestName.ts';
import type { TsyndError } from '../../protocol/errors.ts';
import type { ArmSpec, ExperimentFile } from '../../protocol/experiment.ts';
import { isPlainMethod } from '../../protocol/methods.ts';
import type { ParsedExperiment, YamlPath } from './parseExperiment.ts';

/** What is compared in an experiment. */
export interface Arm extends ArmSpec {
  /** As tables call it. */
  readonly name: string;
}

/**
 * The arms of an experiment, the first being what the others are compared with. Throws TsyndError 'settings/invalid'
 * with its line for what can be told to be wrong from the file alone: names given twice, unknown pools, and choices that
 * have no meaning together.
 */
export function resolveArms(parsed: ParsedExperiment): readonly Arm[] {
  const { file, problemAt } = parsed;
  checkLists(parsed);
  const arms = file.arms.map((arm): Arm => {
    if (typeof arm === 'string') return { name: arm, method: arm, mix: 'real' };
    return { ...arm, name: arm.name ?? arm.method };
  });
  for (const [index, arm] of arms.entries()) {
    const at: YamlPath = ['arms', index];
    if (arms.findIndex(({ name }) => name === arm.name) < index) {
      throw problemAt(at, `There are two arms '${arm.name}'.`, 'Give one of them another name.');
    }
    const fail: Fail = (field, message, remedy) => problemAt([...at, field], message, remedy);
    if (arm.mix === 'real') checkRealArm(arm, fail);
    else checkMixedArm(arm, file, fail);
  }
  return arms;
}

type Fail = (field: string, message: string, remedy: string) => TsyndError;

/** Each cell once. */
function checkLists({ file, problemAt }: ParsedExperiment): void {
  for (const list of ['datasets', 'fractions', 'architectures', 'seeds'] as const) {
    const values: readonly (string | number)[] = file[list];
    const repeated = values.findIndex((value, index) => values.indexOf(value) < index);
    if (repeated < 0) continue;
    throw problemAt(
      [list, repeated],
      `${values[repeated]} is there twice in ${list}.`,
      'Leave one of them out.',
    );
  }
}

function checkRealArm(arm: Arm, fail: Fail): void {
  for (const field of ['pool', 'filter', 'ratio'] as const) {
    if (arm[field] === undefined) continue;
    throw fail(
      field,
      `The arm '${arm.name}' has a ${field}, but trains on real images alone.`,
      "Say how with `mix`, for example 'real-and-synthetic', or leave it out.",
    );
  }
}

function checkMixedArm(arm: Arm, { pools }: ExperimentFile, fail: Fail): void {
  const { name, mix, method, pool, filter, ratio } = arm;
  const known = Object.keys(pools);
  if (pool === undefined) {
    const remedy = known.length > 0 ? `Choose one of ${known.join(', ')}.` : 'Describe one under `pools`.';
    throw fail('mix', `The arm '${name}' is ${mix}, but has no pool of synthetic images.`, remedy);
  }
  if (!known.includes(pool)) {
    const remedy =
      known.length > 0
        ? `Did you mean '${nearestName(pool, known)}'? Known are ${known.join(', ')}.`
        : 'Describe it under `pools`.';
    throw fail('pool', `There is no pool '${pool}'.`, remedy);
  }
  if (filter?.kind === 'uncertain-band' && filter.low >= filter.high) {
    throw fail('filter', `The band of '${name}' ends where it begins.`, 'Give a `low` that is below `high`.');
  }
  const source = pools[pool];
  if (ratio !== undefined && 'generate' in source && source.generate.ratio < ratio) {
    throw fail(
      'ratio',
      `The arm '${name}' takes ${ratio} images for each real one from '${pool}', which makes ${source.generate.ratio}.`,
      `Let the pool make at least as many, or take fewer.`,
    );
  }
  if (!isPlainMethod(method)) {
    throw fail(
      'method',
      `The arm '${name}' is ${mix}, and ${method} makes synthetic images of its own while it trains.`,
      "Leave one of the two out: a pool is trained on as it is, by the method 'baseline', for example.",
    );
  }
}
