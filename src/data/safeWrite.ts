import { existsSync } from 'node:fs';
import { mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';

import { TsyndError } from '../protocol/errors.ts';

/**
 * Writes a file so that its final name only ever holds the old bytes or all of the new ones: the bytes go to a
 * temporary file in the same folder, are flushed to the disk, and are renamed into place.
 *
 * Throws TsyndError 'file/write' when the folder cannot be written or the disk is full; nothing is left behind.
 */
export async function writeFileAtomic(filePath: string, bytes: string | Uint8Array): Promise<void> {
  const partPath = partPathOf(filePath);
  try {
    const file = await open(partPath, 'w');
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await renameIntoPlace(partPath, filePath);
  } catch (error) {
    await rm(partPath, { force: true }).catch(() => undefined);
    throw toWriteError(error, filePath);
  }
}

/** What Windows answers while somebody reads the file, a virus scanner or another process of ours. */
const BUSY: ReadonlySet<string | undefined> = new Set(['EPERM', 'EACCES', 'EBUSY']);
const PAUSES_MS = [5, 20, 50, 100, 200, 400, 800];

/** Renames a file or a folder. On Windows, where that fails while somebody has it open, again for about 1.5 s. */
export async function renameIntoPlace(
  from: string,
  to: string,
  { platform = process.platform, attempt = rename } = {},
): Promise<void> {
  for (const pause of platform === 'win32' ? PAUSES_MS : []) {
    try {
      await attempt(from, to);
      return;
    } catch (error) {
      if (!BUSY.has(errnoOf(error))) throw error;
      await setTimeout(pause);
    }
  }
  await attempt(from, to);
}

const PART_PREFIX = '.part-';

/**
 * Makes a folder and those above it that are missing. Step by step, because Node's recursive mkdir never returns where
 * a file system, such as /proc, answers that a folder cannot be found whose parent is there.
 *
 * Throws TsyndError 'file/write'.
 */
export async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder);
  } catch (error) {
    const parent = path.dirname(path.resolve(folder));
    if (errnoOf(error) === 'EEXIST') return;
    if (errnoOf(error) !== 'ENOENT' || existsSync(parent)) throw toWriteError(error, folder);
    await makeFolder(parent);
    await makeFolder(folder);
  }
}

/** The name under which a file is written until it is complete. */
export function partPathOf(filePath: string): string {
  return path.join(path.dirname(filePath), `${PART_PREFIX}${path.basename(filePath)}-${process.pid}`);
}

/** Removes what kills have left of files under way, at any depth; nothing else may be writing in the folder. */
export async function removePartFiles(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isFile() && entry.name.startsWith(PART_PREFIX)) {
      await rm(path.join(entry.parentPath, entry.name), { force: true });
    }
  }
}

const WRITE_FAILURES: Readonly<Record<string, { reason: string; remedy: string }>> = {
  ENOSPC: { reason: 'the disk is full', remedy: 'Free some space, or choose a folder on another disk.' },
  EDQUOT: {
    reason: 'your disk quota is used up',
    remedy: 'Free some space, or choose a folder on another disk.',
  },
  EACCES: {
    reason: 'you have no permission to write there',
    remedy: 'Choose another folder, or change its permissions.',
  },
  EPERM: {
    reason: 'you have no permission to write there',
    remedy: 'Choose another folder, or change its permissions.',
  },
  EROFS: { reason: 'the file system is read-only', remedy: 'Choose a folder on a disk that can be written.' },
  ENOENT: { reason: 'its folder does not exist', remedy: 'Create the folder first, or choose another.' },
  ENOTDIR: { reason: 'a part of its path is a file, not a folder', remedy: 'Choose another folder.' },
  EISDIR: { reason: 'a folder has that name', remedy: 'Choose another name.' },
};

/** A failed write as a TsyndError 'file/write' in plain words; a TsyndError passes through unchanged. */
export function toWriteError(error: unknown, filePath: string): TsyndError {
  if (error instanceof TsyndError) return error;
  const code = errnoOf(error);
  const failure = WRITE_FAILURES[code ?? ''] ?? {
    reason: error instanceof Error ? error.message : String(error),
    remedy: 'Check that the folder exists and can be written.',
  };
  return new TsyndError('file/write', `Could not write ${filePath}: ${failure.reason}.`, {
    remedy: failure.remedy,
    details: { file: filePath, ...(code !== undefined && { errno: code }) },
    cause: error,
  });
}

/** The `code` of a failed system call, e.g. 'ENOENT'. */
export function errnoOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}
