import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import type { ExperimentEntry } from '../../../src/extension/experiments/experimentStore.ts';
import type { RunEntry } from '../../../src/extension/runs/runStore.ts';
import { presentStatus } from '../../../src/extension/status/statusPresentation.ts';
import { idleEntry, JOB, runningEntry } from '../runs/exampleEntries.ts';

const READY = { health: 'ready', pid: 1 } as const;
const queued: RunEntry = { key: 'job-2', state: 'queued', job: JOB, ahead: 1 };

describe('presentStatus', () => {
  test('is nothing while nothing goes on here', () => {
    assert.equal(presentStatus([], { health: 'idle' }), undefined);
    assert.equal(presentStatus([idleEntry()], READY), undefined);
    assert.equal(presentStatus([idleEntry({ status: 'running', isElsewhere: true })], READY), undefined);
  });

  test('says stage, percent, time left and what waits', () => {
    assert.deepEqual(presentStatus([runningEntry(), queued, queued], READY), {
      text: '$(sync~spin) TSynD: classifier 43 % · 2 min · 2 queued',
      tooltip: [
        'breastmnist · mi: classifier · epoch 3 · loss 0.412 · AUC 0.871 · 2 min left',
        'Queued: breastmnist · mi',
        'Queued: breastmnist · mi',
        'Click to see the runs.',
      ].join('\n'),
      background: 'none',
      accessibleLabel: 'TSynD: classifier 43 %, 2 min, 2 queued',
    });
  });

  test('says what goes on before there are numbers, and after there are', () => {
    const text = (entry: RunEntry): string | undefined => presentStatus([entry], READY)?.text;
    assert.equal(text({ key: 'k', state: 'running', job: JOB }), '$(sync~spin) TSynD: starting');
    assert.equal(text(runningEntry({ stage: 'dataset' })), '$(sync~spin) TSynD: reading the dataset');
    assert.equal(
      text(runningEntry({ stage: 'dataset', trying: 'webgpu' })),
      '$(sync~spin) TSynD: trying the device webgpu',
    );
    assert.equal(text(runningEntry({}, { isStopping: true })), '$(sync~spin) TSynD: stopping');
  });

  test('warns after a crash, unless the next run trains already', () => {
    const crashed = { health: 'crashed', message: 'The compute process ended with signal SIGSEGV.' } as const;
    const status = presentStatus([], crashed)!;
    assert.equal(status.background, 'warning');
    assert.equal(status.text, '$(warning) TSynD: compute process crashed');
    assert.match(status.tooltip, /^The compute process ended with signal SIGSEGV\.\n.*resume/);
    assert.equal(presentStatus([runningEntry()], crashed)?.background, 'none');
  });

  test('is an error when the process is given up, with what waits for it', () => {
    const failed = { health: 'failed', message: 'The compute process crashed 3 times.' } as const;
    const status = presentStatus([queued], failed)!;
    assert.equal(status.background, 'error');
    assert.equal(status.text, '$(error) TSynD: compute process is off · 1 queued');
    assert.match(
      status.tooltip,
      /^The compute process crashed 3 times\.\n.*'TSynD: Restart Processes'\.\nQueued: breastmnist · mi\n/,
    );
  });

  test('says how far an experiment is, and what waits behind it', () => {
    const experiment = (change: Partial<ExperimentEntry>): ExperimentEntry => ({
      folder: '/data/.tsynd/experiments/table1',
      title: 'Table 1',
      state: 'running',
      ...change,
    });
    const running = experiment({
      progress: { done: 3, total: 18, secondsLeft: 125, warnings: ['Few images.'] },
    });
    const other = experiment({ state: 'queued', title: 'Table 2' });
    const status = presentStatus([queued], READY, [running, other]);
    assert.equal(status?.text, '$(sync~spin) TSynD: experiment 3 of 18 · 2 min · 2 queued');
    assert.match(
      status.tooltip,
      /^Table 1: 3 of 18 cells.*\nFew images\.\nQueued: breastmnist · mi\nQueued: Table 2/,
    );
    const checking = presentStatus([], READY, [experiment({})]);
    assert.equal(checking?.text, '$(sync~spin) TSynD: checking an experiment');
    assert.equal(presentStatus([], READY, [experiment({ state: 'idle' })]), undefined);
  });
});
