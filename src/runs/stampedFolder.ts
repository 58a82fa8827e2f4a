import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { errnoOf, makeFolder, toWriteError } from '../data/safeWrite.ts';

/**
 * Makes the folder `<parent>/<yyyymmdd-hhmmss>-<name>` (time in UTC; `-2`, `-3`, ... at its end when the name is taken)
 * and returns its path. Throws TsyndError 'file/write'.
 */
export async function makeStampedFolder(parent: string, time: Date, name: string): Promise<string> {
  await makeFolder(parent);
  const stamped = `${timestamp(time)}-${name}`;
  for (let attempt = 1; ; attempt++) {
    const folder = path.join(parent, attempt === 1 ? stamped : `${stamped}-${attempt}`);
    try {
      await mkdir(folder);
      return folder;
    } catch (error) {
      if (errnoOf(error) !== 'EEXIST') throw toWriteError(error, folder);
    }
  }
}

/** The name with all that could trouble a file system replaced by `-`. */
export function fileNameOf(name: string): string {
  const safe = name.replaceAll(/[^A-Za-z0-9_]+/g, '-').replaceAll(/^-+|-+$/g, '');
  return safe.slice(0, 60) || 'dataset';
}

/** `20260131-235959`, in UTC. */
export function timestamp(time: Date): string {
  return time.toISOString().slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '-');
}
