import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { createWriteStream, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { runningProcesses } from './runningProcesses.ts';
import type { VscodeTools } from './vscodeTools.ts';

const START_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 15_000;
/** A server whose starter was killed ends by itself after this time without a window. */
const IDLE_TIMEOUT_S = 120;

/** What a fresh VS Code would show or fetch beside the extension. */
const QUIET_SETTINGS: Readonly<Record<string, unknown>> = {
  'workbench.startupEditor': 'none',
  'telemetry.telemetryLevel': 'off',
  'extensions.autoUpdate': false,
  'extensions.autoCheckUpdates': false,
  'extensions.ignoreRecommendations': true,
  'update.mode': 'none',
  'workbench.enableExperiments': false,
  'git.enabled': false,
  'chat.disableAIFeatures': true,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
};

export interface CodeServerOptions {
  /** Gets all that the server writes: settings, extensions, its log. */
  readonly folder: string;
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Whether folders are untrusted until the person says otherwise, as in the product; false when absent. */
  readonly asksForTrust?: boolean;
  /** Whether it goes on without a window for as long as its starter lives; false when absent. */
  readonly staysWhenIdle?: boolean;
  /** Environment variables beside those that are set here. */
  readonly environment?: Readonly<Record<string, string>>;
}

/** VS Code on loopback, with a user of its own. */
export class CodeServer {
  private constructor(
    /** e.g. `http://127.0.0.1:40123`. */
    readonly address: string,
    private readonly child: ChildProcess,
  ) {}

  static async start(tools: VscodeTools, options: CodeServerOptions): Promise<CodeServer> {
    const { folder, settings = {}, asksForTrust = false, staysWhenIdle = false, environment } = options;
    mkdirSync(path.join(folder, 'data/User'), { recursive: true });
    writeFileSync(
      path.join(folder, 'data/User/settings.json'),
      JSON.stringify({ ...QUIET_SETTINGS, ...settings }, null, 2),
    );
    const words = [
      ...userArguments(folder),
      ...['--bind-addr', '127.0.0.1:0', '--auth', 'none'],
      ...(staysWhenIdle ? [] : ['--idle-timeout-seconds', String(IDLE_TIMEOUT_S)]),
      ...['--disable-telemetry', '--disable-update-check', '--disable-proxy'],
      '--disable-getting-started-override',
      ...(asksForTrust ? [] : ['--disable-workspace-trust']),
    ];
    // A group of its own, so that all that it starts ends with it.
    const child = spawn(tools.node, [tools.codeServer, ...words], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...cleanEnvironment(), ...environment },
      detached: true,
    });
    endWithThisProcess(child);
    const address = await listeningAddress(child, path.join(folder, 'server.log'));
    return new CodeServer(address, child);
  }

  /** The page of the workbench with a folder open. */
  pageOf(workspace: string): string {
    return `${this.address}/?folder=${encodeURIComponent(workspace)}`;
  }

  /** Where an extension lies, as the page must name it. */
  get remoteAuthority(): string {
    return new URL(this.address).host;
  }

  /** Ids of the processes that this server has started, directly or not, whose command line has these words. */
  processesRunning(words: string): number[] {
    return runningProcesses()
      .filter(({ group, command }) => group === this.child.pid && command.includes(words))
      .map(({ pid }) => pid);
  }

  async stop(): Promise<void> {
    if (hasEnded(this.child)) return;
    const ended = new Promise<void>((resolve) => this.child.once('exit', () => resolve()));
    const timer = setTimeout(() => killGroup(this.child, 'SIGKILL'), STOP_TIMEOUT_MS);
    killGroup(this.child, 'SIGTERM');
    await ended;
    clearTimeout(timer);
    killGroup(this.child, 'SIGKILL');
  }
}

/** Installs a `.vsix` for the user whose settings lie in `folder`. */
export function installVsix(tools: VscodeTools, folder: string, vsix: string): void {
  mkdirSync(folder, { recursive: true });
  const { status, stdout, stderr } = spawnSync(
    tools.node,
    [tools.codeServer, ...userArguments(folder), '--install-extension', vsix],
    { encoding: 'utf8', env: cleanEnvironment() },
  );
  if (status !== 0) throw new Error(`${path.basename(vsix)} could not be installed:\n${stdout}${stderr}`);
}

function userArguments(folder: string): string[] {
  const config = path.join(folder, 'config.yaml');
  writeFileSync(config, 'auth: none\ncert: false\n');
  return [
    ...['--config', config],
    ...['--user-data-dir', path.join(folder, 'data')],
    ...['--extensions-dir', path.join(folder, 'extensions')],
  ];
}

/** Without what npm and an editor around us tell their children, and without a marketplace. */
function cleanEnvironment(): NodeJS.ProcessEnv {
  const entries = Object.entries(process.env).filter(
    ([name]) => !/^(npm_|VSCODE_)/i.test(name) && name !== 'NODE_TEST_CONTEXT',
  );
  const gallery = { serviceUrl: '', itemUrl: '', resourceUrlTemplate: '' };
  return { ...Object.fromEntries(entries), EXTENSIONS_GALLERY: JSON.stringify(gallery) };
}

function listeningAddress(child: ChildProcess, logFile: string): Promise<string> {
  const log = createWriteStream(logFile, { flags: 'a' });
  const lines: string[] = [];
  return new Promise((resolve, reject) => {
    const fail = (what: string): void =>
      reject(new Error(`code-server ${what}:\n${lines.slice(-20).join('\n')}`));
    const timer = setTimeout(() => {
      killGroup(child, 'SIGKILL');
      fail('did not start in time');
    }, START_TIMEOUT_MS);
    for (const stream of [child.stdout, child.stderr]) {
      if (!stream) continue;
      createInterface(stream).on('line', (line) => {
        log.write(`${line}\n`);
        if (lines.length < 1000) lines.push(line);
        const address = /HTTP server listening on (http:\/\/[\d.:]+)/.exec(line)?.[1];
        if (address === undefined) return;
        clearTimeout(timer);
        resolve(address);
      });
    }
    child.once('error', (error) => fail(`could not be started (${error.message})`));
    child.once('exit', () => {
      clearTimeout(timer);
      fail('ended');
    });
  });
}

function endWithThisProcess(child: ChildProcess): void {
  const kill = (): void => killGroup(child, 'SIGKILL');
  const exit = (): void => process.exit(130);
  process.once('exit', kill);
  process.once('SIGTERM', exit);
  child.once('exit', () => {
    process.removeListener('exit', kill);
    process.removeListener('SIGTERM', exit);
  });
}

function killGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch {
    // Nobody of the group is left.
  }
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}
