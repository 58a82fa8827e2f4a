import type { ImageFile } from '../../data/imageFiles.ts';
import { readImageFiles } from '../../data/readImageFiles.ts';
import { TsyndError } from '../../protocol/errors.ts';
import type { PoolSamples } from '../../protocol/settings.ts';
import { curationDecisionSchema, curationState } from '../../runs/curationLog.ts';
import { readIntactLines } from '../../runs/growingLines.ts';
import { RunReader, type ReadRun } from '../library/runReader.ts';
import type { SampleEntry } from '../library/sampleList.ts';
import { locateSynthetic } from '../library/syntheticImages.ts';
import type { RawPool } from './rawPool.ts';

/**
 * The samples of a finished run: all, or those that a person accepted or rejected, in the order in which they were made.
 *
 * Throws TsyndError 'run/incomplete' for a run that makes samples still, 'settings/invalid' where no sample is left,
 * 'image/unreadable', 'image/outside-run', and what `RunFolder.open` throws.
 */
export async function readRunPool(
  runPath: string,
  samples: PoolSamples,
  { imageSize, signal }: { readonly imageSize: number; readonly signal?: AbortSignal | undefined },
): Promise<RawPool> {
  const read = await new RunReader().read(runPath);
  const { run, list } = read;
  const { dataset, status } = run.manifest;
  if (status !== 'finished') {
    throw new TsyndError('run/incomplete', `Run ${run.id} is not finished, and may make more samples.`, {
      remedy: `Go on with it first (on the command line: tsynd generate --resume ${run.paths.root}).`,
    });
  }
  const entries = await chooseSamples(read, samples);
  const files: ImageFile[] = [];
  for (const entry of entries) {
    files.push({
      file: entry.file,
      absolutePath: await locateSynthetic(run, entry),
      label: 0,
      split: undefined,
    });
  }
  const images = await readImageFiles({ path: run.paths.root, files }, imageSize, signal);
  return {
    ...images,
    labels: Int32Array.from(entries.flatMap(({ label }) => label)),
    classNames: dataset.classNames,
    origins: entries.map(({ id }) => id),
    derivation: { sha256: dataset.sha256, parents: entries.map(({ parent }) => parent) },
    warnings: list.notices.map(({ message }) => message),
  };
}

async function chooseSamples({ run, list }: ReadRun, samples: PoolSamples): Promise<readonly SampleEntry[]> {
  const { values } = await readIntactLines(run.paths.curation, curationDecisionSchema);
  const state = curationState(values);
  const chosen = list.entries.filter(({ id }) => samples === 'all' || state.get(id) === samples);
  if (chosen.length > 0) return chosen;
  throw samples === 'all'
    ? new TsyndError('settings/invalid', `Run ${run.id} made no samples.`, {
        remedy: 'Choose a run that made some (on the command line: generate --count).',
      })
    : new TsyndError('settings/invalid', `No sample of run ${run.id} is ${samples}.`, {
        remedy: 'Decide about its samples in the gallery first, or use all of them.',
      });
}
