import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { parse } from 'csv-parse/sync';
import { jsonLines, runCli } from '../support/cli.ts';
import { handMadeExperiment } from '../support/handMadeExperiment.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';

const folder = temporaryFolder();
const experiment = path.join(folder, 'experiment');
handMadeExperiment(experiment, { seeds: [0, 1] });

test('a report is written beside its cells, and its main tables are printed', async () => {
  const { exitCode, stdout } = await runCli(['report', experiment]);
  assert.equal(exitCode, 0);
  assert.match(stdout, /^Breast ultrasound: 6 of 6 cells finished\nAccuracy, ResNet-18\n/);
  const files = stdout.trimEnd().split('\n').slice(-4);
  assert.deepEqual(
    files.map((file) => path.basename(file)),
    ['report.md', 'report.csv', 'report-summary.csv', 'report.html'],
  );
  assert.match(readFileSync(path.join(experiment, 'report.md'), 'utf8'), /## Results/);
});

test('--format prints one format alone, --out writes it, and --json names the files', async () => {
  const { stdout } = await runCli(['report', experiment, '--format', 'csv']);
  // Rows x seeds x conditions x metrics.
  assert.equal(parse(stdout, { columns: true }).length, 3 * 2 * 3 * 5);
  const file = path.join(folder, 'one.html');
  const result = await runCli(['report', experiment, '--out', file, '--json']);
  assert.deepEqual(jsonLines(result), [{ type: 'result', files: [file] }]);
  assert.match(readFileSync(file, 'utf8'), /^<!DOCTYPE html>/);
});

test('what is no experiment, and an ending that is no format, are errors of the person', async () => {
  const nothing = await runCli(['report', folder]);
  assert.equal(nothing.exitCode, 2);
  assert.match(nothing.stderr, /There is no experiment in .*it has no experiment\.json/);
  const unknown = await runCli(['report', experiment, '--out', path.join(folder, 'one.doc')]);
  assert.equal(unknown.exitCode, 2);
  assert.match(unknown.stderr, /\.md, \.csv, \.html, \.json/);
});
