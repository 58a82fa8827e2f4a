import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const STEP_TIMEOUT_MS = 10 * 60_000;

/** Why a tool cannot be had on this machine, and what to do about it, in words. */
export class ToolUnavailable extends Error {}

export interface CachedPackages {
  /** For the line that says what is being installed. */
  readonly what: string;
  readonly folder: string;
  /** Exact versions by name. */
  readonly versions: Readonly<Record<string, string>>;
  /** What else it takes once the packages are there. */
  readonly finish?: (modules: string) => unknown;
}

/**
 * Installs npm packages that are too heavy for the project's own into a folder of the cache, and returns its
 * `node_modules`. A marker is written last, so an install that was cut short is made anew. Throws `ToolUnavailable`.
 */
export function installCachedPackages({ what, folder, versions, finish }: CachedPackages): string {
  const modules = path.join(folder, 'node_modules');
  const marker = path.join(folder, 'installed.json');
  const wanted = JSON.stringify(versions);
  if (existsSync(marker) && readFileSync(marker, 'utf8') === wanted) return modules;
  const startedAt = Date.now();
  process.stderr.write(`Installing ${what} into ${folder}...\n`);
  rmSync(marker, { force: true });
  rmSync(modules, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  // Else npm would take the project above for the one to install into.
  writeFileSync(path.join(folder, 'package.json'), '{ "name": "cached-tools", "private": true }\n');
  const packages = Object.entries(versions).map(([name, version]) => `${name}@${version}`);
  runNpm(folder, ['install', '--ignore-scripts', ...packages]);
  finish?.(modules);
  writeFileSync(marker, wanted);
  process.stderr.write(`Installed in ${Math.round((Date.now() - startedAt) / 1000)} s.\n`);
  return modules;
}

/** Runs npm in a folder and returns what it said; `env` is added to ours. */
export function runNpm(cwd: string, words: readonly string[], env: NodeJS.ProcessEnv = {}): string {
  const { status, stdout, stderr, error } = spawnSync(
    'npm',
    [...words, '--no-audit', '--no-fund', '--no-update-notifier', '--loglevel=error'],
    {
      cwd,
      env: { ...process.env, ...env },
      encoding: 'utf8',
      timeout: STEP_TIMEOUT_MS,
      stdio: ['ignore', 'pipe', 'pipe'],
      // On Windows npm is a script, which only a shell can start.
      shell: process.platform === 'win32',
    },
  );
  if (status === 0) return stdout;
  const cause = error?.message ?? stderr.trim().split('\n').slice(-8).join('\n');
  throw new ToolUnavailable(
    `'npm ${words[0] ?? ''}' failed:\n${cause}\nCheck the connection to the npm registry and try again.`,
  );
}
