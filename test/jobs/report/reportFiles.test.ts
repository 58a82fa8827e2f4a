import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { buildReport } from '../../../src/jobs/report/buildReport.ts';
import { headlineTables } from '../../../src/jobs/report/headlineTables.ts';
import { listExperiments } from '../../../src/jobs/report/listExperiments.ts';
import { writeReport, writeReportFile } from '../../../src/jobs/report/writeReport.ts';
import { formatReport } from '../../../src/cli/formatReport.ts';
import { handMadeExperiment } from '../../support/handMadeExperiment.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

const folder = temporaryFolder();

test('the files of a report lie beside its cells, and replace earlier ones', async () => {
  const root = path.join(folder, 'files');
  handMadeExperiment(root);
  writeFileSync(path.join(root, 'report.md'), 'an earlier one');
  const report = await buildReport(root);
  const files = await writeReport(root, report);
  assert.deepEqual(
    files.map((file) => path.relative(root, file)),
    ['report.md', 'report.csv', 'report-summary.csv', 'report.html'],
  );
  assert.match(readFileSync(files[0], 'utf8'), /^# Breast ultrasound\n/);
  assert.match(readFileSync(files[1], 'utf8'), /^dataset,datasetSha256,fraction/);
  assert.match(readFileSync(files[3], 'utf8'), /^<!DOCTYPE html>/);
});

test('one file has the format of its ending, unless another is asked for', async () => {
  const root = path.join(folder, 'one');
  handMadeExperiment(root, { arms: ['baseline'], seeds: [0] });
  const report = await buildReport(root);
  const json = await writeReportFile(report, path.join(folder, 'out.json'));
  assert.deepEqual(JSON.parse(readFileSync(json, 'utf8')), JSON.parse(JSON.stringify(report)));
  const text = await writeReportFile(report, path.join(folder, 'out.txt'), 'md');
  assert.match(readFileSync(text, 'utf8'), /^# /);
  await assert.rejects(writeReportFile(report, path.join(folder, 'out.doc')), { code: 'settings/invalid' });
});

test('a terminal gets accuracy with the majority rate, AUC and the warnings', async () => {
  const root = path.join(folder, 'terminal');
  handMadeExperiment(root);
  const report = await buildReport(root);
  const lines = formatReport(report, headlineTables(report));
  assert.equal(lines[0], 'Breast ultrasound: 9 of 9 cells finished');
  const text = lines.join('\n');
  assert.match(text, /Accuracy, ResNet-18\n\s+dataset\s+labels seen\s+majority rate\s+clean: baseline/);
  assert.match(text, /\n\s+scans\s+10 %\s+66\.7\s+\d/);
  assert.match(text, /AUC, ResNet-18/);
  assert.ok(lines.some((line) => line.startsWith('! 3 seeds')));
});

test('experiments are listed newest first with how far they are; other folders are passed over', async () => {
  const root = path.join(folder, 'list');
  const { cells } = handMadeExperiment(path.join(root, 'first'), { title: 'First' });
  handMadeExperiment(path.join(root, 'second'), { title: 'Second', seeds: [0] });
  const later = path.join(root, 'second', 'experiment.json');
  const plan = JSON.parse(readFileSync(later, 'utf8')) as object;
  writeFileSync(later, JSON.stringify({ ...plan, createdAt: '2027-01-01T00:00:00.000Z' }));
  rmSync(path.join(root, 'first', 'cells', cells[0].id, 'evaluation.json'));
  mkdirSync(path.join(root, 'other'));
  mkdirSync(path.join(root, 'torn'));
  writeFileSync(path.join(root, 'torn', 'experiment.json'), '{');
  const found = await listExperiments([root, path.join(folder, 'missing'), root]);
  assert.deepEqual(
    found.map(({ title, cells: count, finished }) => [title, count, finished]),
    [
      ['Second', 3, 3],
      ['First', 9, 8],
    ],
  );
});
