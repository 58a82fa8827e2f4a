import path from 'node:path';
import { stringify } from 'yaml';
import { labelWidth } from '../../data/batch.ts';
import type { Dataset, LabelledImages } from '../../data/dataset.ts';
import { readIfPresent } from '../../data/readIfPresent.ts';
import { makeFolder, writeFileAtomic } from '../../data/safeWrite.ts';
import { TsyndError } from '../../protocol/errors.ts';
import { experimentFileSchema } from '../../protocol/experiment.ts';
import type { LibraryApi } from '../../protocol/libraryApi.ts';
import { curationDecisionSchema, curationState } from '../../runs/curationLog.ts';
import { readIntactLines } from '../../runs/growingLines.ts';
import { RunFolder } from '../../runs/runFolder.ts';
import { fileNameOf } from '../../runs/stampedFolder.ts';
import { RunReader } from '../library/runReader.ts';
import { openRunDataset } from '../openRunDataset.ts';
import {
  planComparison,
  type ClassCounts,
  type ComparedCounts,
  type ComparisonPlan,
} from './comparedCounts.ts';
import { readExportOrigin, type ExportOrigin } from './readExportOrigin.ts';

export type FromExportRequest = LibraryApi['experiment/fromExport']['params'];

/**
 * Writes the experiment's file that compares a curated export with what it was made from, and returns its path; for one
 * export it is the same file again.
 *
 * Throws TsyndError 'dataset/invalid' for what is no export, 'run/not-found' where its run is gone, 'export/nothing'
 * where nothing of the run is accepted any more, 'file/write', and what `openRunDataset` throws: the dataset must be
 * there, too.
 */
export async function experimentFromExport(request: FromExportRequest): Promise<{ file: string }> {
  const origin = await readExportOrigin(request.export);
  const run = await findRun(origin, request);
  const { settings, dataset, subset } = await openRunDataset(run);
  const counts = await countImages(run, dataset, subset);
  if (counts.accepted.every((count) => count === 0)) {
    throw new TsyndError('export/nothing', `No sample of run ${run.id} is accepted any more.`, {
      remedy: 'Accept samples in the gallery, and export them again.',
    });
  }
  const out = path.resolve(request.out);
  const plan = planComparison(counts);
  const refer = (place: string): string => path.relative(out, place).replaceAll('\\', '/');
  const { seed, subsetSeed = seed, splitSeed = seed, fraction, imageSize, classifier } = settings;
  const experiment = {
    title: `Does ${origin.name} help?`.slice(0, 80),
    description: `Real training images of ${dataset.name} alone, and with samples of run ${run.id} that were accepted or rejected.`,
    datasets: [refer(dataset.path)],
    fractions: [fraction],
    architectures: [classifier.architecture],
    seeds: [...request.seeds],
    preset: request.preset,
    ...(imageSize === undefined ? {} : { imageSize }),
    // The images that the samples were made from, and that the export has.
    ...(fraction < 1 ? { subsetSeed } : {}),
    ...(dataset.splitSource === 'drawn' ? { splitSeed } : {}),
    pools: {
      curated: { run: refer(run.paths.root), samples: 'accepted' },
      ...(plan.matched === undefined
        ? {}
        : { rejected: { run: refer(run.paths.root), samples: 'rejected' } }),
    },
    arms: armsOf(plan, subset.count),
  };
  experimentFileSchema.parse(experiment);
  const marker = `# Made from ${origin.place}`;
  const notes = describePlan(plan, counts, origin).map((line) => `# ${line}`);
  await makeFolder(out);
  const file = await freeFile(out, fileNameOf(origin.name), marker);
  await writeFileAtomic(file, `${[marker, ...notes].join('\n')}\n${stringify(experiment)}`);
  return { file };
}

function armsOf({ curated, matched }: ComparisonPlan, real: number): object[] {
  const mixed = (name: string, pool: string, count?: number): object => {
    const ratio = count === undefined ? {} : { ratio: count / real };
    return { name, mix: 'real-and-synthetic', pool, ...ratio };
  };
  const whole = mixed('+ curated', 'curated', curated.isAll ? undefined : curated.count);
  if (matched === undefined) return [{ name: 'real' }, whole];
  const control = mixed('+ rejected', 'rejected', matched);
  if (matched === curated.count) return [{ name: 'real' }, control, mixed('+ curated', 'curated', matched)];
  return [{ name: 'real' }, control, mixed('+ curated, as many', 'curated', matched), whole];
}

function describePlan(
  { curated, matched }: ComparisonPlan,
  counts: ComparedCounts,
  origin: ExportOrigin,
): string[] {
  const total = (classes: ClassCounts): number => classes.reduce((sum, count) => sum + count, 0);
  const [real, accepted, rejected] = [counts.real, counts.accepted, counts.rejected].map(total);
  const lines = [
    `${real} real training images, ${accepted} accepted and ${rejected} rejected samples.`,
    `+ curated: ${curated.isAll ? 'all accepted samples' : `${curated.count} of them, in the real classes' proportions, at most one a real image`}.`,
  ];
  if (matched !== undefined) {
    lines.push(`+ rejected, the control: ${matched}, in the real classes' proportions.`);
    if (matched !== curated.count) lines.push(`+ curated, as many: ${matched}, to compare with the control.`);
  } else if (rejected === 0) {
    lines.push('No sample is rejected, so that there is no control.');
  } else {
    lines.push(
      'A class has no rejected or no accepted sample, so that there is no control of equal numbers.',
    );
  }
  if (accepted !== origin.synthetic) {
    lines.push(`The export holds ${origin.synthetic} accepted samples: decisions were changed since.`);
  }
  return lines;
}

/** The run is known by its id: in `.tsynd/runs` beside the experiments, or in that of a folder above the export. */
async function findRun(
  { run: id, dataset, place }: ExportOrigin,
  { out, runs = [] }: FromExportRequest,
): Promise<RunFolder> {
  const candidates = [...runs, path.join(path.dirname(path.resolve(out)), 'runs'), ...runFoldersAbove(place)];
  for (const folder of new Set(candidates)) {
    const run = await RunFolder.open(path.join(folder, id)).catch((error: unknown) => {
      if (error instanceof TsyndError && error.code === 'run/not-found') return undefined;
      throw error;
    });
    if (run?.manifest.dataset.sha256 === dataset.sha256) return run;
  }
  throw new TsyndError(
    'run/not-found',
    `The run ${id}, which ${place} was exported from, is not there any more.`,
    {
      remedy: 'Put its folder back into .tsynd/runs, or export a curated set of another run.',
      details: { looked: candidates },
    },
  );
}

function runFoldersAbove(place: string): string[] {
  const parent = path.dirname(place);
  return parent === place ? [] : [path.join(parent, '.tsynd', 'runs'), ...runFoldersAbove(parent)];
}

async function countImages(
  run: RunFolder,
  { task, classNames }: Dataset,
  subset: LabelledImages<'train'>,
): Promise<ComparedCounts> {
  const { list } = await new RunReader().read(run.paths.root);
  const { values } = await readIntactLines(run.paths.curation, curationDecisionSchema);
  const state = curationState(values);
  const isMultiLabel = task === 'multi-label' || labelWidth(subset) > 1;
  const count = (labels: readonly (number | readonly number[])[]): number[] => {
    if (isMultiLabel) return [labels.length];
    return classNames.map((_, index) => labels.filter((label) => label === index).length);
  };
  const samplesThatAre = (decision: 'accepted' | 'rejected'): number[] =>
    count(list.entries.filter(({ id }) => state.get(id) === decision).map(({ label }) => label));
  return {
    real: isMultiLabel ? [subset.count] : count([...subset.labels]),
    accepted: samplesThatAre('accepted'),
    rejected: samplesThatAre('rejected'),
  };
}

/** `<out>/<name>.yaml`, the file that this export has already, or one with a number where another export has that name. */
async function freeFile(out: string, name: string, marker: string): Promise<string> {
  for (let attempt = 1; ; attempt++) {
    const file = path.join(out, attempt === 1 ? `${name}.yaml` : `${name}-${attempt}.yaml`);
    const text = (await readIfPresent(file))?.toString();
    if (text === undefined || text.split('\n', 1)[0] === marker) return file;
  }
}
