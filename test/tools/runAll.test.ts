import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';

import { temporaryFolder } from '../support/temporaryFolder.ts';

const root = temporaryFolder();
const RUN_ALL = path.resolve(import.meta.dirname, '../runAll.ts');

/** Runs the test runner over a folder of the given test files. */
function runAll(
  files: Readonly<Record<string, string>>,
  ...words: string[]
): { exitCode: number | null; lines: string[] } {
  return runAllWith(files, {}, ...words);
}

/** The same with other variables in its environment. */
function runAllWith(
  files: Readonly<Record<string, string>>,
  variables: NodeJS.ProcessEnv,
  ...words: string[]
): { exitCode: number | null; lines: string[] } {
  const folder = mkdtempSync(path.join(root, 'tests-'));
  for (const [name, text] of Object.entries(files)) writeFileSync(path.join(folder, name), text);
  const env = { ...process.env, ...variables };
  delete env.NODE_TEST_CONTEXT; // Else the runner takes itself for a test of this one.
  const result = spawnSync(process.execPath, ['--import', 'tsx', RUN_ALL, '--in', folder, ...words], {
    env,
    encoding: 'utf8',
  });
  return { exitCode: result.status, lines: result.stdout.trimEnd().split('\n') };
}

const HEAD = "import { describe, test } from 'node:test';\n";
const PASSING = `${HEAD}test('holds', () => {});\ndescribe('a group', () => { test('holds too', () => {}); });\n`;
const FAILING = `${HEAD}describe('a group', () => { test('is wrong', () => { throw new Error('too large by 1'); }); });\n`;

test('passing tests end in the counts and exit code 0, groups not counted', () => {
  const { exitCode, lines } = runAll({ 'a.test.ts': PASSING });
  assert.equal(exitCode, 0);
  assert.equal(lines.at(-1), '2 passed, 0 failed, 0 skipped');
});

test('a failing test is named with its error, and the exit code is 1', () => {
  const { exitCode, lines } = runAll({ 'a.test.ts': PASSING, 'b.test.ts': FAILING });
  assert.equal(exitCode, 1);
  assert.equal(lines.at(-1), '2 passed, 1 failed, 0 skipped');
  assert.ok(lines.some((line) => line.includes('Error: too large by 1')));
  assert.ok(lines.at(-3)?.endsWith('b.test.ts > is wrong'));
});

test('skipped tests are listed with their reasons', () => {
  const { exitCode, lines } = runAll({
    'a.test.ts': `${HEAD}test('needs data', { skip: 'no data here' }, () => {});\n`,
  });
  assert.equal(exitCode, 0);
  assert.equal(lines.at(-1), '0 passed, 0 failed, 1 skipped');
  assert.ok(lines.at(-3)?.endsWith('a.test.ts > needs data: no data here'));
});

for (const [what, text] of Object.entries({
  'that throws when loaded': "throw new Error('broken');\n",
  'that is killed': "process.kill(process.pid, 'SIGKILL');\n",
  'without tests': 'export {};\n',
})) {
  test(`a test file ${what} is a failure`, () => {
    const { exitCode, lines } = runAll({ 'a.test.ts': text });
    assert.equal(exitCode, 1);
    assert.equal(lines.at(-1), '0 passed, 1 failed, 0 skipped');
  });
}

test('words choose files by name, and a word that fits none is a failure', () => {
  const files = { 'data.test.ts': PASSING, 'engine.test.ts': FAILING };
  assert.equal(runAll(files, 'data').lines.at(-1), '2 passed, 0 failed, 0 skipped');
  const none = runAll(files, 'nothing');
  assert.equal(none.exitCode, 1);
  assert.equal(none.lines.at(-1), '0 passed, 1 failed, 0 skipped');
});

test('tests in a real editor are skipped, loudly and counted, where there is none to be had', () => {
  const files = { 'a.test.ts': PASSING, 'b.e2e.ts': FAILING, 'c.host.ts': FAILING };
  const nothingInstalled = { PATH: mkdtempSync(path.join(root, 'empty-')) };
  const { exitCode, lines } = runAllWith(files, nothingInstalled);
  assert.equal(exitCode, 0);
  assert.equal(lines.at(-1), '2 passed, 0 failed, 2 skipped');
  assert.ok(lines.some((line) => line.includes('ATTENTION: tests in a real VS Code are skipped.')));
});
