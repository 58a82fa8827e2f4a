import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { errnoOf, makeFolder, renameIntoPlace, toWriteError } from '../../data/safeWrite.ts';
import type { InstallProgress } from '../../protocol/devices.ts';
import { TsyndError } from '../../protocol/errors.ts';
import { isAlive } from '../../runs/isAlive.ts';
import { installFailure } from './installFailure.ts';
import { runNpm } from './npm.ts';

export interface PackageRequest {
  /** The package's name, whose install script may run. */
  readonly name: string;
  /** What npm installs: a name with a version, or a folder. */
  readonly spec: string;
  /** Gets what was installed; what is there is replaced at the very end. */
  readonly folder: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
  /** Checks what npm has installed into a folder, and returns the part of it that is wanted. */
  readonly accept: (installed: string) => Promise<string>;
}

/** Lines of npm that are kept to explain a failure. */
const KEPT_LINES = 200;

/**
 * Installs a package with npm, its install script included, into a folder of its own. It is put together beside and
 * renamed when it was accepted: a failure leaves what was there before.
 *
 * Throws TsyndError 'install/failed' that says what was missing or which host was not reached, 'file/write' or
 * 'cancelled'.
 */
export async function* installPackage(request: PackageRequest): AsyncGenerator<InstallProgress, void> {
  const { name, spec, folder, environment, signal, accept } = request;
  await makeFolder(path.dirname(folder));
  const part = `${folder}.part-${process.pid}`;
  try {
    await removeLeftovers(folder);
    await mkdir(part);
    // npm 12 runs the install scripts that `allowScripts` names and no others; 11.16 warns of the others.
    const manifest = { private: true, allowScripts: { [name]: true, [spec]: true } };
    await writeFile(path.join(part, 'package.json'), JSON.stringify(manifest));
    yield { message: `Fetching ${name} with npm` };
    const lines: string[] = [];
    const npm = runNpm({ folder: part, words: npmWords(spec), environment, signal });
    let next = await npm.next();
    try {
      for (; !next.done; next = await npm.next()) {
        lines.push(next.value);
        if (lines.length > KEPT_LINES) lines.shift();
        const message = messageOf(next.value);
        if (message !== '') yield { message };
      }
    } finally {
      if (!next.done) await npm.return('nothing');
    }
    if (signal?.aborted) throw cancelled();
    if (next.value !== 0) throw installFailure(name, lines, next.value);
    yield { message: 'Checking what was installed' };
    await replaceFolder(folder, await accept(part));
  } catch (error) {
    throw errnoOf(error) === undefined ? error : toWriteError(error, folder);
  } finally {
    await rm(part, { recursive: true, force: true }).catch(() => undefined);
  }
}

function cancelled(): TsyndError {
  return new TsyndError('cancelled', 'The installation was cancelled; what was there before is unchanged.');
}

function npmWords(spec: string): string[] {
  return [
    ...['install', spec, '--prefix=.', '--save-exact', '--install-links', '--no-audit', '--no-fund'],
    ...['--ignore-scripts=false', '--foreground-scripts', '--loglevel=http', '--no-progress'],
  ];
}

/** A line of npm for a person: of its requests only what was asked for. */
function messageOf(line: string): string {
  const fetched = /^npm http (?:fetch GET \d+|cache) (?:\S*@)?https?:\S*?([^/\s]+) \d+ms/.exec(line);
  return (fetched ? `Fetched ${decodeURIComponent(fetched[1])}` : line).trim();
}

async function replaceFolder(folder: string, by: string): Promise<void> {
  const before = `${folder}.old-${process.pid}`;
  const hadOne = existsSync(folder);
  if (hadOne) await renameIntoPlace(folder, before);
  try {
    await renameIntoPlace(by, folder);
  } catch (error) {
    if (hadOne) await rename(before, folder);
    throw error;
  }
  // A library that is loaded cannot be removed on Windows; the next installation does it.
  await rm(before, { recursive: true, force: true }).catch(() => undefined);
}

/** Removes what installations have left that were killed. */
async function removeLeftovers(folder: string): Promise<void> {
  const parent = path.dirname(folder);
  for (const name of await readdir(parent)) {
    const pid = Number(/\.(?:part|old)-(\d+)$/.exec(name)?.[1]);
    const isLeftover = name.startsWith(`${path.basename(folder)}.`) && !Number.isNaN(pid);
    if (!isLeftover || (pid !== process.pid && isAlive(pid))) continue;
    await rm(path.join(parent, name), { recursive: true, force: true }).catch(() => undefined);
  }
}
