import { hostname } from 'node:os';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { makeFolder } from '../../data/safeWrite.ts';
import { TsyndError } from '../../protocol/errors.ts';
import { acquireRunLock, type RunLock } from '../../runs/runLock.ts';
import { ownFolders } from './ownFolders.ts';

export interface Turn {
  readonly signal?: AbortSignal | undefined;
  /** After that long in ms it is no longer waited for the others. */
  readonly patience?: number;
}

/** Longer than a survey takes whose devices all hang. */
const PATIENCE_MS = 20 * 60_000;
const PAUSE_MS = 200;

/**
 * Does what measures while no other process of this machine does: two that measure at once would measure each other.
 * Where no lock can be written, it is done at once. Throws TsyndError 'cancelled'.
 */
export async function whileAlone<T>(work: () => Promise<T>, turn: Turn = {}): Promise<T> {
  const lock = await waitForTurn(turn);
  try {
    return await work();
  } finally {
    await lock?.release().catch(() => undefined);
  }
}

async function waitForTurn({ signal, patience = PATIENCE_MS }: Turn): Promise<RunLock | undefined> {
  // The folder may be that of many machines.
  const file = path.join(ownFolders().cache, `devices-${hostname()}.lock`);
  const deadline = performance.now() + patience;
  for (;;) {
    if (signal?.aborted) throw new TsyndError('cancelled', 'Trying the devices was cancelled.');
    try {
      await makeFolder(path.dirname(file));
      return await acquireRunLock(file, 'survey of the devices');
    } catch (error) {
      const isTaken = error instanceof TsyndError && error.code === 'run/locked';
      if (!isTaken || performance.now() > deadline) return undefined;
    }
    await setTimeout(PAUSE_MS, undefined, { signal }).catch(() => undefined);
  }
}
