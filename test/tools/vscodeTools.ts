import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { installCachedPackages, runNpm, ToolUnavailable } from './cachedPackages.ts';

/** Hundreds of megabytes, so they are no dependencies of the project and lie where git does not look. */
const FOLDER = path.resolve(import.meta.dirname, '../../.cache/vscode');

/** code-server 4.139.1 is VS Code 1.139.1 with its extension host, served to a browser; it demands Node 24. */
const VERSIONS: Readonly<Record<string, string>> = {
  'code-server': '4.139.1',
  [`node-linux-${process.arch}`]: '24.21.0',
};
/** Without the two that write logs and watch the process, output channels stay empty. */
const NATIVE_MODULES = ['@vscode/spdlog', '@vscode/native-watchdog'];
const CHROMIUM_NAMES = ['chromium', 'chromium-browser', 'google-chrome'];
const COMPILERS = ['g++', 'make', 'python3'];
const APT_TIMEOUT_MS = 10 * 60_000;

/** A real VS Code and a browser to see it with; all paths are absolute. */
export interface VscodeTools {
  /** Node 24. */
  readonly node: string;
  /** A script for that Node. */
  readonly codeServer: string;
  readonly chromium: string;
}

/** Installs what is missing, which takes a minute and about 900 MB. Throws `ToolUnavailable`. */
export function installVscodeTools(folder: string = FOLDER): VscodeTools {
  if (process.platform !== 'linux' || !['x64', 'arm64'].includes(process.arch)) {
    throw new ToolUnavailable(
      `There is no code-server for ${process.platform}-${process.arch}; it takes Linux on x64 or arm64.`,
    );
  }
  const chromium = findOrInstall(CHROMIUM_NAMES, ['chromium']);
  const modules = installCachedPackages({
    what: 'a VS Code for tests (900 MB, a minute or two)',
    folder,
    versions: VERSIONS,
    finish: completeCodeServer,
  });
  return { node: nodeIn(modules), codeServer: path.join(modules, 'code-server/out/node/entry.js'), chromium };
}

/** What code-server's own install script does, without what it compiles and fetches beyond need. */
function completeCodeServer(modules: string): void {
  for (const name of COMPILERS) findOrInstall([name], COMPILERS);
  const server = path.join(modules, 'code-server/lib/vscode');
  const node = nodeIn(modules);
  // Node's package brings the headers, so nothing is fetched to compile against.
  const env = {
    PATH: `${path.dirname(node)}${path.delimiter}${process.env.PATH ?? ''}`,
    npm_config_nodedir: path.resolve(node, '../..'),
  };
  // Not `npm ci`: its shrinkwrap is out of step with its package.json.
  runNpm(server, ['install', '--omit=dev', '--ignore-scripts'], env);
  runNpm(server, ['rebuild', '--ignore-scripts=false', ...NATIVE_MODULES], env);
}

function nodeIn(modules: string): string {
  return path.join(modules, `node-linux-${process.arch}/bin/node`);
}

/** Path of the first of these programs, which Debian has in `packages`. */
function findOrInstall(names: readonly string[], packages: readonly string[]): string {
  const found = findProgram(names);
  if (found !== undefined) return found;
  if (process.getuid?.() === 0 && findProgram(['apt-get']) !== undefined) {
    process.stderr.write(`Installing ${packages.join(', ')}...\n`);
    aptGet('update');
    aptGet('install', '-y', '--no-install-recommends', ...packages);
  }
  const installed = findProgram(names);
  if (installed !== undefined) return installed;
  throw new ToolUnavailable(
    `The program '${names[0] ?? ''}' is missing. On Debian: apt-get install ${packages.join(' ')}`,
  );
}

function aptGet(...words: string[]): void {
  spawnSync('apt-get', ['-qq', ...words], {
    stdio: ['ignore', 'ignore', 'inherit'],
    timeout: APT_TIMEOUT_MS,
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  });
}

function findProgram(names: readonly string[]): string | undefined {
  const folders = (process.env.PATH ?? '').split(path.delimiter);
  return names
    .flatMap((name) => folders.map((folder) => path.join(folder, name)))
    .find((file) => existsSync(file));
}
