import { readFile, stat } from 'node:fs/promises';

import { errnoOf } from './safeWrite.ts';

const MAX_FILE_BYTES = 512 * 2 ** 20;

/** The bytes of an image file. Rejects with an error whose reason `imageProblem` tells. */
export async function readImageBytes(filePath: string): Promise<Buffer> {
  const { size } = await stat(filePath);
  if (size === 0) throw new Error('it is empty');
  if (size > MAX_FILE_BYTES) throw new Error(`it is larger than ${MAX_FILE_BYTES / 2 ** 20} MiB`);
  return readFile(filePath);
}

/** Why an image could not be read or decoded, as the end of a sentence. */
export function imageProblem(error: unknown): string {
  const errno = errnoOf(error);
  if (errno === 'EACCES' || errno === 'EPERM') return 'no permission to read it';
  if (errno === 'ENOENT' || errno === 'ENOTDIR') return 'it is not there';
  if (errno === 'EISDIR') return 'it is a folder';
  const message = error instanceof Error ? error.message : String(error);
  if (message.includes('unsupported image format')) return 'it is no image of a format that can be read';
  return message.split('\n')[0].trim().replace(/[.:]$/, '');
}
