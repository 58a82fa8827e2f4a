import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { format } from 'node:util';
import { CodeServer } from '../../tools/codeServer.ts';
import { installVscodeTools } from '../../tools/vscodeTools.ts';
import { launchBrowser } from './browser.ts';
import { loadDevelopmentExtension } from './developmentExtension.ts';

/**
 * Takes the command line of VS Code's desktop program as @vscode/test-electron writes it, runs the tests in the extension
 * host of code-server, passes on what they print, and ends with their exit code.
 */
const TIMEOUT_MS = 5 * 60_000;
const TIMED_OUT = 124;
/** What the workbench itself prints when it runs tests. */
const NOISE =
  /^(Resolv|Creating a socket|\[(reconnection|Service Worker|AgentHost|AccountPolicy))|Updating additional builtin|Ignoring fetching additional|\/static\/out\/vs\//;

const valueOf = (name: string): string | undefined =>
  process.argv.find((word) => word.startsWith(`--${name}=`))?.slice(name.length + 3);
const extension = valueOf('extensionDevelopmentPath');
const tests = valueOf('extensionTestsPath');
if (extension === undefined || tests === undefined) throw new Error('This runs extension tests only.');

const folder = mkdtempSync(path.join(tmpdir(), 'tsynd-shim-'));
const workspace = process.argv.slice(2).find((word) => path.isAbsolute(word)) ?? path.join(folder, 'empty');
mkdirSync(workspace, { recursive: true });

const tools = installVscodeTools();
const server = await CodeServer.start(tools, { folder });
try {
  process.exitCode = await runTests(server, extension, tests);
} finally {
  await server.stop();
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}

async function runTests(server: CodeServer, extension: string, tests: string): Promise<number> {
  const browser = await launchBrowser(tools, path.join(folder, 'browser'));
  try {
    const page = await browser.newPage();
    const exitCode = new Promise<number>((resolve) => {
      setTimeout(() => {
        process.stderr.write(`The tests did not end within ${TIMEOUT_MS / 1000} s.\n`);
        resolve(TIMED_OUT);
      }, TIMEOUT_MS).unref();
      void page.exposeFunction('codeAutomationExit', resolve);
    });
    await page.exposeFunction('codeAutomationLog', (type: string, words: readonly unknown[]) => {
      const text = format(...words);
      if (!NOISE.test(text)) (type === 'error' ? process.stderr : process.stdout).write(`${text}\n`);
    });
    await loadDevelopmentExtension(page, server.remoteAuthority, extension, tests);
    await page.goto(server.pageOf(workspace));
    return await exitCode;
  } finally {
    await browser.close();
  }
}
