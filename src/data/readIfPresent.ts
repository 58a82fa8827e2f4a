import { readFile } from 'node:fs/promises';

import { TsyndError } from '../protocol/errors.ts';
import { errnoOf } from './safeWrite.ts';

/**
 * The bytes of a file of a run, or undefined when there is no such file.
 *
 * Throws TsyndError 'run/corrupt' when the file is there and cannot be read.
 */
export function readIfPresent(filePath: string): Promise<Buffer | undefined> {
  return ifPresent(filePath, () => readFile(filePath));
}

/** What `read` gives of a file of a run, or undefined when there is no such file. Throws like `readIfPresent`. */
export async function ifPresent<T>(filePath: string, read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    const errno = errnoOf(error);
    if (errno === 'ENOENT' || errno === 'ENOTDIR') return undefined;
    const reason = errno === 'EACCES' ? 'you have no permission to read it' : String(error);
    throw new TsyndError('run/corrupt', `Could not read ${filePath}: ${reason}.`, {
      remedy: 'Check that it is a file and that you may read it.',
      details: { file: filePath },
      cause: error,
    });
  }
}
