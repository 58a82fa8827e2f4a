/** Reports from the built library process, which trains nothing. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { handMadeExperiment } from '../support/handMadeExperiment.ts';
import { failureOf, libraryProcess } from '../support/processes.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';

const folder = temporaryFolder();
const experiment = path.join(folder, 'experiments', 'scans');
handMadeExperiment(experiment, { seeds: [0, 1] });
const { client: library } = libraryProcess();

test('experiments are listed, reported and written', async () => {
  const [summary] = await library.request('experiments/list', { folders: [path.dirname(experiment)] });
  assert.deepEqual(summary, {
    ...{ folder: experiment, title: 'Breast ultrasound', createdAt: '2026-01-02T03:04:05.000Z' },
    ...{ cells: 6, finished: 6 },
  });
  const report = await library.request('experiment/report', { folder: experiment });
  assert.equal(report.rows.length, 3);
  assert.equal(report.rows[2].conditions[0].metrics.auroc.values.length, 2);

  const target = path.join(folder, 'saved.md');
  assert.equal(
    await library.request('experiment/writeReport', { folder: experiment, format: 'md', target }),
    null,
  );
  assert.match(readFileSync(target, 'utf8'), /^# Breast ultrasound/);
});

test('a folder without an experiment is an error with what to do', async () => {
  const { code } = await failureOf(library.request('experiment/report', { folder }));
  assert.equal(code, 'run/not-found');
});
