import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { RunFolder } from '../../runs/runFolder.ts';
import { experimentPaths } from '../experiment/experimentPaths.ts';
import { secondsOf } from './cellResult.ts';

/** Seconds spent in runs that cells share: those that make pools, and judges of filters. */
export async function sharedSeconds(folder: string): Promise<number> {
  let seconds = 0;
  const { pools, judges } = experimentPaths(folder);
  for (const root of [pools, judges]) {
    for (const name of await readdir(root).catch(() => [])) {
      const run = await RunFolder.open(path.join(root, name)).catch(() => undefined);
      if (run) seconds += secondsOf(run.manifest);
    }
  }
  return seconds;
}
