import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { BrowserContext, Page } from 'playwright-core';
import { CodeServer, installVsix } from '../../tools/codeServer.ts';
import { installVscodeTools } from '../../tools/vscodeTools.ts';
import { launchBrowser } from './browser.ts';
import { runningProcesses } from '../../tools/runningProcesses.ts';
import { loadDevelopmentExtension } from './developmentExtension.ts';
import { ProblemWatch } from './problemWatch.ts';
import { runCommand } from './workbench.ts';

export const ROOT = path.resolve(import.meta.dirname, '../../..');
/** Where pictures of views go, for people to look at. */
export const SCREENSHOTS = path.join(ROOT, '.cache/screenshots');

const READY_TIMEOUT_MS = 90_000;
export interface EditorOptions {
  /** Absolute path of the folder that is open. */
  readonly workspace: string;
  /** User settings beside those that keep a fresh VS Code quiet. */
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly asksForTrust?: boolean;
  /** Environment variables of all that it starts. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Install this package instead of loading `dist` as an extension under development. */
  readonly vsix?: string;
}

/** VS Code with the extension, in a browser; all that it writes is gone after `close`. */
export class Editor {
  readonly problems: ProblemWatch;

  private constructor(
    private readonly folder: string,
    private readonly server: CodeServer,
    private readonly browser: BrowserContext,
    private readonly options: EditorOptions,
    /** The first window. */
    readonly page: Page,
  ) {
    this.problems = new ProblemWatch(path.join(folder, 'data/logs'));
  }

  static async open(options: EditorOptions): Promise<Editor> {
    const tools = installVscodeTools();
    const folder = mkdtempSync(path.join(tmpdir(), 'tsynd-editor-'));
    if (options.vsix !== undefined) installVsix(tools, folder, options.vsix);
    const server = await CodeServer.start(tools, {
      folder,
      // Animations would be caught half-way by pictures and clicks.
      settings: { 'workbench.reduceMotion': 'on', ...options.settings },
      asksForTrust: options.asksForTrust ?? false,
      // What is kept for a machine is kept for this editor alone.
      environment: { TSYND_FOLDER: path.join(folder, 'own'), ...options.environment },
    });
    let browser: BrowserContext | undefined;
    try {
      browser = await launchBrowser(tools, path.join(folder, 'browser'));
      const page = browser.pages()[0] ?? (await browser.newPage());
      const editor = new Editor(folder, server, browser, options, page);
      await editor.show(page);
      return editor;
    } catch (error) {
      // A browser that is left open would keep the test's process alive.
      await browser?.close();
      await server.stop();
      throw error;
    }
  }

  /** Another window on the same folder. */
  async openWindow(): Promise<Page> {
    const page = await this.browser.newPage();
    await this.show(page);
    return page;
  }

  /** As the person's "Reload Window". */
  async reload(page: Page = this.page): Promise<void> {
    const loaded = page.waitForEvent('load');
    await runCommand(page, 'Developer: Reload Window');
    await loaded;
    await waitForWorkbench(page);
  }

  /** Everything in the extension's output channel so far. */
  log(): string {
    return this.filesBelow('data/logs')
      .filter((file) => path.basename(file) === 'TSynD.log')
      .map((file) => readFileSync(file, 'utf8'))
      .join('\n');
  }

  /** Kills the processes of this editor that run a script with this name, as a crash would; returns how many. */
  killChild(script: string): number {
    const pids = this.processesRunning(script);
    for (const pid of pids) process.kill(pid, 'SIGKILL');
    return pids.length;
  }

  /** Ids of the server's processes, the extension host and its children among them, whose command line has these words. */
  processesRunning(words: string): number[] {
    return this.server.processesRunning(words);
  }

  /** Ids of the browser's processes. */
  browserProcesses(): number[] {
    const isBrowser = ({ command }: { command: string }): boolean => command.includes(this.folder);
    const roots = runningProcesses().filter(isBrowser);
    return roots.map(({ pid }) => pid);
  }

  /** Ends all that was started; call it in `after`. */
  async close(): Promise<void> {
    try {
      await this.browser.close();
    } finally {
      await this.server.stop();
      if (process.env.TSYND_KEEP === undefined) {
        rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
      } else process.stderr.write(`Kept ${this.folder}\n`);
    }
  }

  private async show(page: Page): Promise<void> {
    this.problems.watch(page);
    if (this.options.vsix === undefined) {
      await loadDevelopmentExtension(page, this.server.remoteAuthority, ROOT);
    }
    await page.goto(this.server.pageOf(this.options.workspace));
    await waitForWorkbench(page);
  }

  private filesBelow(folder: string): string[] {
    const start = path.join(this.folder, folder);
    return readdirSync(start, { recursive: true, encoding: 'utf8' }).map((file) => path.join(start, file));
  }
}

/** Takes a picture for people to look at; `name` without extension. */
export async function screenshot(page: Page, name: string): Promise<void> {
  mkdirSync(SCREENSHOTS, { recursive: true });
  await page.screenshot({ path: path.join(SCREENSHOTS, `${name}.png`) });
}

async function waitForWorkbench(page: Page): Promise<void> {
  // Whichever view was shown last is shown again.
  await page.locator('.monaco-workbench .sidebar .composite').first().waitFor({ timeout: READY_TIMEOUT_MS });
}
