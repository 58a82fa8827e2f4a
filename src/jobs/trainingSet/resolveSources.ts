import path from 'node:path';
import type { Dataset } from '../../data/dataset.ts';
import { sha256OfFile } from '../../data/fileDigest.ts';
import type { FilterSettings, GenerateSettings, TrainingSetSettings } from '../../protocol/settings.ts';
import type { FilterChoice, SourceSpecs, TrainingSetSpec } from '../../protocol/sourceSpecs.ts';
import { RunFolder } from '../../runs/runFolder.ts';
import { hashPretrained } from '../pretrained/readPretrained.ts';
import { noClassifier } from '../runClassifier.ts';
import { checkFilter } from './filterPool.ts';
import { openPool, type Pool } from './openPool.ts';
import { noPool } from './openTrainingSet.ts';

export interface ResolvedSources {
  readonly settings: GenerateSettings;
  /** The pool that the settings name, as it was read for its hash. */
  readonly pool?: Pool | undefined;
}

/**
 * Settings with the sources that a person named: absolute paths, and the hashes of what lies there now, by which a run
 * knows later that it goes on with the same. Without `specs` the settings stay as they are.
 *
 * Throws TsyndError 'settings/invalid' for a mix without a pool or a filter that does not fit, 'run/incomplete' for a
 * judge without a classifier, and what `openPool` and `hashPretrained` throw.
 *
 * @param request `pool` is the one that `specs` name, where it was opened already
 */
export async function resolveSources(
  settings: GenerateSettings,
  specs: SourceSpecs | undefined,
  request: {
    readonly dataset: Dataset;
    readonly pool?: Pool | undefined;
    readonly signal?: AbortSignal | undefined;
  },
): Promise<ResolvedSources> {
  const { pool } = request;
  const classifier =
    specs?.pretrained === undefined
      ? settings.classifier
      : { ...settings.classifier, pretrained: await resolvePretrained(specs.pretrained) };
  const spec = specs?.trainingSet;
  if (!spec) return { settings: { ...settings, classifier }, pool };
  const resolved = await resolveTrainingSet(spec, request);
  return { settings: { ...settings, classifier, trainingSet: resolved.trainingSet }, pool: resolved.pool };
}

async function resolvePretrained(source: string): Promise<{ path: string; sha256: string }> {
  return { path: path.resolve(source), sha256: await hashPretrained(source) };
}

async function resolveTrainingSet(
  { mix, pool: source, filter, ratio }: TrainingSetSpec,
  { dataset, signal, ...request }: Parameters<typeof resolveSources>[2],
): Promise<{ trainingSet: TrainingSetSettings; pool?: Pool }> {
  if (mix === 'real') return { trainingSet: { mix } };
  if (!source) throw noPool(mix);
  const pool = request.pool ?? (await openPool(source, dataset, { signal }));
  const resolved = filter && (await resolveFilter(filter));
  if (resolved) checkFilter(resolved, pool, dataset);
  const { samples = 'all' } = source;
  const trainingSet: TrainingSetSettings = {
    mix,
    pool: { path: pool.path, samples, sha256: pool.sha256 },
    ...(resolved && { filter: resolved }),
    ...(ratio === undefined ? {} : { ratio }),
  };
  return { trainingSet, pool };
}

async function resolveFilter(choice: FilterChoice): Promise<FilterSettings> {
  const run = await RunFolder.open(choice.judge);
  const sha256 = await sha256OfFile(run.paths.classifier).catch(() => {
    throw noClassifier(run);
  });
  const judge = { path: run.paths.root, sha256 };
  if (choice.kind === 'uncertain-band') return { ...choice, judge };
  const { kind, maxPerClass } = choice;
  return { kind, judge, ...(maxPerClass === undefined ? {} : { maxPerClass }) };
}
