/**
 * Everything that must hold before a change goes in: `npm test`.
 *
 * `npm test -- data npz` runs only the checks and test files whose name contains one of the words.
 * `--in DIR` looks for test files in another folder and leaves the checks out.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { run } from 'node:test';
import type { TestEvent } from 'node:test/reporters';
import { parseArgs } from 'node:util';
import { ToolUnavailable } from './tools/cachedPackages.ts';
import { runExtensionHostTests } from './tools/extensionHostTests.ts';
import { TestReport } from './tools/testReport.ts';
import { installVscodeTools } from './tools/vscodeTools.ts';

const CHECKS = [
  { name: 'type check', script: 'typecheck' },
  { name: 'lint', script: 'lint' },
  { name: 'format check', script: 'format:check' },
];
const CONCURRENCY = 2;
const FILE_TIMEOUT_MS = 15 * 60_000;
/** Tests of single modules; tests inside VS Code's extension host; tests of the whole in a browser. */
const ENDINGS = { unit: '.test.ts', extensionHost: '.host.ts', wholeEditor: '.e2e.ts' };

// What is measured and fetched in tests does not belong into a person's folders.
process.env.TSYND_FOLDER ??= mkdtempSync(path.join(tmpdir(), 'tsynd-test-own-'));

const root = path.resolve(import.meta.dirname, '..');
const { values, positionals: words } = parseArgs({
  allowPositionals: true,
  options: { in: { type: 'string' } },
});
const isChosen = (name: string): boolean => words.length === 0 || words.some((word) => name.includes(word));

const report = new TestReport(root, (text) => process.stdout.write(text));
if (values.in === undefined) await runChecks();
const folder = path.resolve(values.in ?? import.meta.dirname);
await runTests(chosenFiles(ENDINGS.unit), CONCURRENCY);
await inRealEditor(chosenFiles(ENDINGS.extensionHost), (files) => runExtensionHostTests(files, report));
await inRealEditor(chosenFiles(ENDINGS.wholeEditor), runWholeEditorTests);
if (report.isEmpty) report.addFailed('all', `No check or test file is named like ${words.join(' or ')}.`);
report.finish();
process.exitCode = report.hasFailures ? 1 : 0;

async function runChecks(): Promise<void> {
  const chosen = CHECKS.filter(({ name }) => isChosen(name));
  if (chosen.length > 0) report.startFile('checks');
  for (const { name, script } of chosen) {
    const startedAt = performance.now();
    const { exitCode, output } = await runScript(script);
    if (exitCode === 0) report.addPassed(name, 0, performance.now() - startedAt);
    else report.addFailed(name, output);
  }
}

function chosenFiles(ending: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith(ending) && isChosen(file.replaceAll('\\', '/')))
    .sort()
    .map((file) => path.join(folder, file));
}

async function runTests(files: readonly string[], concurrency: number): Promise<void> {
  if (files.length === 0) return;
  const events: AsyncIterable<TestEvent> = run({ files: [...files], concurrency, timeout: FILE_TIMEOUT_MS });
  for await (const event of events) report.add(event);
}

/** One after the other: each has a server, a browser and perhaps a training of its own. */
async function runWholeEditorTests(files: readonly string[]): Promise<void> {
  installVscodeTools();
  await runTests(files, 1);
}

/** Where there is no VS Code to be had, the files count as skipped, with the reason. */
async function inRealEditor(
  files: readonly string[],
  runFiles: (files: readonly string[]) => Promise<void>,
): Promise<void> {
  if (files.length === 0) return;
  try {
    await runFiles(files);
  } catch (error) {
    if (!(error instanceof ToolUnavailable)) throw error;
    process.stdout.write(`\n  ATTENTION: tests in a real VS Code are skipped. ${error.message}\n`);
    for (const file of files) {
      report.startFile(file);
      report.addSkipped(path.basename(file), error.message.split('\n')[0] ?? '');
    }
  }
}

function runScript(script: string): Promise<{ exitCode: number | null; output: string }> {
  return new Promise((resolve, reject) => {
    const shell = process.platform === 'win32';
    const child = spawn('npm', ['run', '--silent', script], { cwd: root, shell });
    let output = '';
    const collect = (chunk: Buffer): void => {
      output += chunk.toString();
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    child.on('error', reject);
    child.on('close', (exitCode) => resolve({ exitCode, output }));
  });
}
