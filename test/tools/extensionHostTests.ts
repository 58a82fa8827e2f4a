import { runTests } from '@vscode/test-electron';
import { build } from 'esbuild';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { z } from 'zod';
import { makeLargeRun } from '../../bench/largeRun.ts';
import type { TestReport } from './testReport.ts';
import { installVscodeTools } from './vscodeTools.ts';

const root = path.resolve(import.meta.dirname, '../..');
const SHIM = path.join(root, 'test/e2e/support/codeShim.mjs');

/** Of the run in the workspace that is open. */
const SAMPLES = 20;

const resultSchema = z.object({
  file: z.string(),
  name: z.string(),
  elapsedMs: z.number(),
  error: z.string().optional(),
});

/**
 * Runs test files inside the extension host of a real VS Code: on Linux that of code-server, elsewhere the desktop's,
 * which @vscode/test-electron downloads. Throws `ToolUnavailable` where neither can be had.
 */
export async function runExtensionHostTests(files: readonly string[], report: TestReport): Promise<void> {
  const vscodeExecutablePath = executable();
  const folder = mkdtempSync(path.join(tmpdir(), 'tsynd-host-tests-'));
  const results = path.join(folder, 'results.jsonl');
  const workspace = path.join(folder, 'workspace');
  mkdirSync(workspace);
  await makeLargeRun(workspace, { count: SAMPLES, imagesPerClass: 10 });
  try {
    const bundle = path.join(folder, 'tests.cjs');
    await bundleTests(files, bundle);
    let failure: Error | undefined;
    try {
      await runTests({
        ...(vscodeExecutablePath === undefined ? {} : { vscodeExecutablePath }),
        extensionDevelopmentPath: root,
        extensionTestsPath: bundle,
        extensionTestsEnv: { TSYND_HOST_TEST_RESULTS: results },
        launchArgs: [workspace],
      });
    } catch (error) {
      failure = error instanceof Error ? error : new Error(String(error));
    }
    addResults(results, files, report, failure);
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Undefined where @vscode/test-electron is to download the desktop's VS Code. */
function executable(): string | undefined {
  if (process.platform !== 'linux') return undefined;
  installVscodeTools();
  return SHIM;
}

async function bundleTests(files: readonly string[], outfile: string): Promise<void> {
  const entry = files.flatMap((file) => [
    `startFile(${JSON.stringify(path.relative(root, file))});`,
    `require(${JSON.stringify(file)});`,
  ]);
  const support = path.join(root, 'test/extensionHost/support/hostTest.ts');
  await build({
    stdin: {
      contents: [
        `const { startFile, run } = require(${JSON.stringify(support)});`,
        ...entry,
        'exports.run = run;',
      ].join('\n'),
      resolveDir: root,
    },
    outfile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    external: ['vscode'],
    logLevel: 'warning',
  });
}

/** A file without a result, because the extension host ended before, is a failure. */
function addResults(
  results: string,
  files: readonly string[],
  report: TestReport,
  failure: Error | undefined,
): void {
  const lines = existsSync(results) ? readFileSync(results, 'utf8').split('\n').filter(Boolean) : [];
  const found = lines.map((line) => resultSchema.parse(JSON.parse(line)));
  for (const { file, name, elapsedMs, error } of found) {
    report.startFile(file);
    if (error === undefined) report.addPassed(name, 0, elapsedMs);
    else report.addFailed(name, error);
  }
  for (const file of files.map((absolute) => path.relative(root, absolute))) {
    if (found.some((result) => result.file === file)) continue;
    report.startFile(file);
    report.addFailed(path.basename(file), `No test of it ended. ${failure?.message ?? ''}`);
  }
  if (failure !== undefined && found.length > 0 && !found.some(({ error }) => error !== undefined)) {
    report.addFailed('extension host', failure.message);
  }
}
