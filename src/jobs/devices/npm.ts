import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import { createInterface } from 'node:readline';
import { TsyndError } from '../../protocol/errors.ts';

export interface NpmRequest {
  /** Where it runs; that folder's `package.json` is the one that it reads and writes. */
  readonly folder: string;
  readonly words: readonly string[];
  readonly environment?: Readonly<Record<string, string>> | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** npm's outer environment, where it has started us, would make it work on our folder by our settings. */
const OUTER =
  /^npm_(package|lifecycle|config_local_prefix|config_global_prefix|config_ignore_scripts|command|execpath)/i;

const KILL_AFTER_MS = 5000;

/**
 * Runs npm and yields its lines; returns its exit code. An abort, or a consumer that leaves, ends it with all that it
 * has started. Throws TsyndError 'install/failed' where there is no npm.
 */
export async function* runNpm({
  folder,
  words,
  environment = {},
  signal,
}: NpmRequest): AsyncGenerator<string, number | string> {
  const npm = findNpm();
  const isWindows = process.platform === 'win32';
  const child = spawn(isWindows ? `"${npm}"` : npm, words, {
    cwd: folder,
    env: { ...innerEnvironment(), ...environment },
    // npm is a batch file on Windows, which only a shell starts; elsewhere it leads a group that can be ended whole.
    shell: isWindows,
    detached: !isWindows,
    stdio: ['ignore', 'pipe', 'pipe'],
    windowsHide: true,
  });
  const output = new PassThrough();
  for (const stream of [child.stdout, child.stderr]) stream.pipe(output, { end: false });
  const ended = new Promise<number | string>((resolve, reject) => {
    child.on('error', (error) => {
      output.end();
      reject(
        new TsyndError('install/failed', `npm could not be started: ${error.message}.`, {
          remedy: `Check that ${npm} may be run.`,
          cause: error,
        }),
      );
    });
    child.on('close', (code, killedBy) => {
      output.end();
      resolve(code ?? killedBy ?? 'nothing');
    });
  });
  // It is awaited below, unless the consumer leaves before.
  ended.catch(() => undefined);
  const kill = (): void => killTree(child.pid);
  signal?.addEventListener('abort', kill, { once: true });
  // A second Ctrl-C ends this process at once.
  process.once('exit', kill);
  let isOver = false;
  try {
    if (signal?.aborted) kill();
    for await (const line of createInterface({ input: output })) yield line;
    const end = await ended;
    isOver = true;
    return end;
  } finally {
    signal?.removeEventListener('abort', kill);
    if (!isOver) {
      kill();
      await ended.catch(() => undefined);
    }
    process.off('exit', kill);
  }
}

/** Beside the running Node, or on the path. */
function findNpm(): string {
  const name = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const found = programFolders()
    .map((folder) => path.join(folder, name))
    .find((file) => existsSync(file));
  if (found !== undefined) return found;
  throw new TsyndError('install/failed', 'npm was not found: it does the installing.', {
    remedy: 'Install Node.js from https://nodejs.org, which brings npm, and start anew.',
  });
}

function programFolders(): string[] {
  const onPath = (process.env.PATH ?? '').split(path.delimiter).filter((folder) => folder !== '');
  // Beside VS Code's program, which runs as Node, there is no npm, and no `node` that install scripts could start.
  return process.versions.electron ? onPath : [path.dirname(process.execPath), ...onPath];
}

function innerEnvironment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([name]) => !OUTER.test(name) && name !== 'ELECTRON_RUN_AS_NODE',
  );
  return { ...Object.fromEntries(kept), PATH: programFolders().join(path.delimiter) };
}

/** Ends a process and all that it has started, also where it has ended itself and left some behind. */
function killTree(pid: number | undefined): void {
  if (pid === undefined) return;
  if (process.platform === 'win32') {
    spawn('taskkill', ['/pid', String(pid), '/T', '/F'], { windowsHide: true, stdio: 'ignore' });
    return;
  }
  signalGroup(pid, 'SIGTERM');
  setTimeout(() => signalGroup(pid, 'SIGKILL'), KILL_AFTER_MS).unref();
}

function signalGroup(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(-pid, name);
  } catch {
    // All of them have ended.
  }
}
