import { readdir, rm, rmdir } from 'node:fs/promises';
import path from 'node:path';
import { throwIfCancelled } from '../../data/dataset.ts';
import { errnoOf, makeFolder, partPathOf, renameIntoPlace, toWriteError } from '../../data/safeWrite.ts';
import { TsyndError } from '../../protocol/errors.ts';
import type { Explanations } from './explanations.ts';
import { gatherExplanations, type ExplanationRequest } from './gatherExplanations.ts';
import { writeExplanations } from './writeExplanations.ts';

export interface ExplainToFolderRequest extends ExplanationRequest {
  /** The new folder; `explanation-<run>` with a number in the working folder when absent. */
  readonly out?: string | undefined;
}

export interface ExplainedFolder {
  readonly folder: string;
  readonly figure: string;
  readonly explanations: Explanations;
}

/**
 * Explains images by a run, or by two side by side, and writes pictures, maps and numbers into a new folder, which
 * appears when it is complete.
 *
 * Throws TsyndError 'file/exists' when the folder is there and not empty, 'file/write', and what `gatherExplanations`
 * throws.
 */
export async function explainToFolder({ out, ...request }: ExplainToFolderRequest): Promise<ExplainedFolder> {
  const target =
    out === undefined ? await freeName(path.basename(path.resolve(request.run))) : path.resolve(out);
  await checkEmpty(target);
  const explanations = await gatherExplanations(request);
  const part = partPathOf(target);
  try {
    await makeFolder(part);
    await writeExplanations(part, explanations);
    throwIfCancelled(request.signal, 'Explaining');
    await rmdir(target).catch((error: unknown) => {
      if (errnoOf(error) !== 'ENOENT') throw error;
    });
    await renameIntoPlace(part, target);
  } catch (error) {
    await rm(part, { recursive: true, force: true }).catch(() => undefined);
    throw errnoOf(error) === undefined ? error : toWriteError(error, target);
  }
  return { folder: target, figure: path.join(target, 'figure.png'), explanations };
}

/** The first `explanation-<run>-<n>` in the working folder that is not there. */
async function freeName(run: string): Promise<string> {
  const names = new Set(await readdir('.'));
  for (let number = 1; ; number++) {
    const name = `explanation-${run}-${number}`;
    if (!names.has(name)) return path.resolve(name);
  }
}

async function checkEmpty(target: string): Promise<void> {
  const entries = await readdir(target).catch((error: unknown) => {
    if (errnoOf(error) === 'ENOENT') return [];
    throw toWriteError(error, target);
  });
  if (entries.length === 0) return;
  throw new TsyndError('file/exists', `The folder ${target} is not empty.`, {
    remedy: 'Choose a new or an empty folder.',
  });
}
