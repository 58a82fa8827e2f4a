import { existsSync } from 'node:fs';
import { realpath, rm } from 'node:fs/promises';
import path from 'node:path';
import { errnoOf, makeFolder, partPathOf, renameIntoPlace, toWriteError } from '../../data/safeWrite.ts';
import { TsyndError } from '../../protocol/errors.ts';
import type { ExportFormat, LibraryApi } from '../../protocol/libraryApi.ts';
import { partsInside } from '../library/insideFolder.ts';
import { countReal, countSynthetic, planExport, type ExportPlan } from './exportPlan.ts';
import { writeCsv } from './writeCsv.ts';
import { writeFolder } from './writeFolder.ts';
import type { ExportProgress } from './writeImages.ts';
import { writeNpz } from './writeNpz.ts';

export type ExportRequest = LibraryApi['export/curated']['params'] & ExportProgress;
export type ExportResult = LibraryApi['export/curated']['result'];

/**
 * Writes the accepted samples of a run with its real images as a new dataset, which appears at `target` when it is
 * complete. Synthetic images go to train only; neither dataset nor run is written to.
 *
 * Throws TsyndError 'file/exists' when something is at `target`, 'settings/invalid' for a target inside the dataset or
 * the run, 'export/nothing' without accepted samples or for a class without training images, 'image/unreadable',
 * 'file/write' and 'cancelled'.
 */
export async function exportCurated(request: ExportRequest): Promise<ExportResult> {
  const target = path.resolve(request.target);
  checkFree(target);
  if (request.format === 'npz' && path.extname(target).toLowerCase() !== '.npz') {
    throw new TsyndError('settings/invalid', `The name ${path.basename(target)} does not end in .npz.`, {
      remedy: 'Give it that ending, by which the archive is known.',
    });
  }
  const plan = await planExport(request.run, request);
  await checkOutside(target, plan);
  const part = partPathOf(target);
  checkFree(part); // Another export to the same place may be under way.
  try {
    await makeFolder(path.dirname(target));
    const opened = await writeFormat(request.format, plan, part, request);
    checkFree(target); // It took a while.
    await renameIntoPlace(part, target);
    const dataset = path.join(target, opened);
    return { dataset, synthetic: countSynthetic(plan), real: countReal(plan) };
  } catch (error) {
    await rm(part, { recursive: true, force: true }).catch(() => undefined);
    if (request.signal?.aborted) throw new TsyndError('cancelled', 'The export was cancelled.');
    throw errnoOf(error) === undefined ? error : toWriteError(error, target);
  }
}

/** @returns what to open, relative to the target */
async function writeFormat(
  format: ExportFormat,
  plan: ExportPlan,
  part: string,
  progress: ExportProgress,
): Promise<string> {
  switch (format) {
    case 'folder':
      return writeFolder(plan, part, progress);
    case 'csv':
      return writeCsv(plan, part, progress);
    case 'npz':
      await writeNpz(plan, part, progress);
      return '.';
  }
}

function checkFree(target: string): void {
  if (!existsSync(target)) return;
  throw new TsyndError('file/exists', `There is something at ${target} already.`, {
    remedy: 'Choose a new name; an export never replaces anything.',
  });
}

async function checkOutside(target: string, { run, dataset }: ExportPlan): Promise<void> {
  const real = await realPathOf(target);
  for (const owner of [dataset.path, run.paths.root]) {
    if (!partsInside(await realpath(owner), real)) continue;
    throw new TsyndError(
      'settings/invalid',
      `${target} lies inside ${owner}, which an export leaves as it is.`,
      { remedy: 'Choose a place beside it.' },
    );
  }
}

/** Where what is made at a path will lie: links are followed as far as there is something. */
async function realPathOf(target: string): Promise<string> {
  const parent = path.dirname(target);
  if (parent === target) return target;
  const realParent = await realpath(parent).catch(() => realPathOf(parent));
  return path.join(realParent, path.basename(target));
}
