import { open, rename, rm, stat } from 'node:fs/promises';
import { hostname, uptime } from 'node:os';

import { z } from 'zod';

import { readIfPresent } from '../data/readIfPresent.ts';
import { errnoOf, toWriteError } from '../data/safeWrite.ts';
import { TsyndError } from '../protocol/errors.ts';
import { isAlive } from './isAlive.ts';

const ownerSchema = z.object({
  pid: z.int(),
  hostname: z.string(),
  /** When the process started, in ms since 1970; tells it apart from a later one with the same id. */
  startedAt: z.number(),
});

type LockOwner = z.infer<typeof ownerSchema>;

/** The right of this process to write a run. */
export interface RunLock {
  release(): Promise<void>;
}

/** A lock takes far less than this to be written; an unreadable one that is older was left by a crash. */
const WRITE_TIME_MS = 10_000;

/**
 * Takes the lock of a run, so that no two processes write it; `what` is what messages call the thing that is locked. A
 * lock is taken over when its process ran on this machine and has ended.
 *
 * Throws TsyndError 'run/locked' when another process holds it, or this one already does.
 */
export async function acquireRunLock(file: string, what = 'run'): Promise<RunLock> {
  const self = thisProcess();
  while (!(await createLock(file, self))) {
    const text = (await readIfPresent(file))?.toString();
    if (text === undefined) continue; // Released just now.
    const owner = parseOwner(text);
    const isStale = owner === undefined ? await isOlderThan(file, WRITE_TIME_MS) : hasEnded(owner, self);
    if (!isStale) throw lockedError(what, file, owner);
    await removeStaleLock(file, text);
  }
  return { release: () => rm(file, { force: true }) };
}

/** The process that holds a lock. */
export interface LockHolder {
  readonly pid: number;
  readonly hostname: string;
  readonly isThisProcess: boolean;
}

/**
 * Who holds a lock, without taking it; undefined where nobody does, or nobody that still lives. A lock of another
 * machine counts as held, since that machine cannot be asked.
 */
export async function readLockHolder(file: string): Promise<LockHolder | undefined> {
  const owner = parseOwner((await readIfPresent(file))?.toString() ?? '');
  const self = thisProcess();
  if (owner === undefined || hasEnded(owner, self)) return undefined;
  const { pid, hostname } = owner;
  return { pid, hostname, isThisProcess: pid === self.pid && hostname === self.hostname };
}

function thisProcess(): LockOwner {
  return { pid: process.pid, hostname: hostname(), startedAt: performance.timeOrigin };
}

/** Creates the lock, or returns false when there is one already. */
async function createLock(file: string, owner: LockOwner): Promise<boolean> {
  try {
    const handle = await open(file, 'wx');
    try {
      await handle.writeFile(JSON.stringify(owner));
    } catch (error) {
      await rm(file, { force: true });
      throw error;
    } finally {
      await handle.close();
    }
    return true;
  } catch (error) {
    if (errnoOf(error) === 'EEXIST') return false;
    throw toWriteError(error, file);
  }
}

/** Removes the lock that holds `text`, unless another process has replaced it in the meantime. */
async function removeStaleLock(file: string, text: string): Promise<void> {
  const aside = `${file}.${process.pid}`;
  try {
    await rename(file, aside);
    const isSame = (await readIfPresent(aside))?.toString() === text;
    await (isSame ? rm(aside) : rename(aside, file));
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw toWriteError(error, file);
  }
}

function hasEnded(owner: LockOwner, self: LockOwner): boolean {
  if (owner.hostname !== self.hostname) return false;
  if (owner.pid === self.pid) return owner.startedAt !== self.startedAt;
  const bootedAt = Date.now() - uptime() * 1000;
  return owner.startedAt < bootedAt || !isAlive(owner.pid);
}

async function isOlderThan(file: string, ageMs: number): Promise<boolean> {
  try {
    return Date.now() - (await stat(file)).mtimeMs > ageMs;
  } catch {
    return true; // Gone by now, so there is nothing to wait for.
  }
}

function parseOwner(text: string): LockOwner | undefined {
  try {
    return ownerSchema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

function lockedError(what: string, file: string, owner: LockOwner | undefined): TsyndError {
  const holder = owner === undefined ? 'another process' : `process ${owner.pid} on ${owner.hostname}`;
  return new TsyndError('run/locked', `The ${what} is in use by ${holder}, as ${file} says.`, {
    remedy: 'Wait until it ends, or delete that file if you are sure that it has ended.',
    details: { file, ...owner },
  });
}
