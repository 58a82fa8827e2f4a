/**
 * `npm run try -- FOLDER`: VS Code in a browser, with the extension installed and a folder open; without FOLDER on a
 * sample dataset that is drawn for the occasion. Ctrl+C ends it and removes all that it wrote beside FOLDER's own runs.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ToolUnavailable } from './cachedPackages.ts';
import { CodeServer, installVsix } from './codeServer.ts';
import { packageExtension } from './packageExtension.ts';
import { findTarget } from './packageTargets.ts';
import { installVscodeTools, type VscodeTools } from './vscodeTools.ts';

const root = path.resolve(import.meta.dirname, '../..');

try {
  await tryOut(process.argv.at(2));
} catch (error) {
  if (!(error instanceof ToolUnavailable)) throw error;
  say(`${error.message}\nIn your own VS Code: npm run package, then "Extensions: Install from VSIX...".`);
  process.exitCode = 1;
}

async function tryOut(wanted: string | undefined): Promise<void> {
  const given = wanted === undefined ? undefined : resolveFolder(wanted);
  const tools = installVscodeTools();
  const folder = mkdtempSync(path.join(tmpdir(), 'tsynd-try-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
  const workspace = given ?? drawSampleDataset(path.join(folder, 'workspace'));
  installExtension(tools, folder);
  const server = await CodeServer.start(tools, { folder, staysWhenIdle: true });
  say(`\n  ${server.pageOf(workspace)}\n\nOpen this address in a browser. Ctrl+C ends it.`);
  await interrupted();
  say('Stopping...');
  await server.stop();
}

/** npm runs scripts in the project's folder, and a person names folders from where they are. */
function resolveFolder(name: string): string {
  const folder = path.resolve(process.env.INIT_CWD ?? '.', name);
  if (existsSync(folder) && statSync(folder).isDirectory()) return folder;
  throw new ToolUnavailable(`There is no folder ${folder}.`);
}

function drawSampleDataset(workspace: string): string {
  mkdirSync(workspace);
  const { status, stderr } = spawnSync(
    process.execPath,
    [path.join(root, 'dist/cli.mjs'), 'sample-dataset', path.join(workspace, 'sample-dataset')],
    { encoding: 'utf8' },
  );
  if (status !== 0) throw new Error(`The sample dataset could not be drawn:\n${stderr}`);
  return workspace;
}

/** As a person gets it: packaged for this platform. */
function installExtension(tools: VscodeTools, folder: string): void {
  const name = `${process.platform}-${process.arch}`;
  const target = findTarget(name);
  if (!target) throw new ToolUnavailable(`The extension has no native parts for ${name}.`);
  say('Packaging and installing the extension...');
  installVsix(tools, folder, packageExtension(target, path.join(folder, 'package')));
}

function interrupted(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
