import assert from 'node:assert/strict';
import { describe, mock, test } from 'node:test';

import { duplicateChoices } from '../../../src/extension/runs/duplicateChoices.ts';
import {
  formatElapsed,
  formatLoss,
  formatTimeLeft,
  percentOf,
} from '../../../src/extension/runs/formatRun.ts';
import { overallPercent } from '../../../src/extension/runs/overallPercent.ts';
import { rememberedJobs } from '../../../src/extension/runs/queueMemory.ts';
import { Throttle } from '../../../src/protocol/throttle.ts';
import { changedLines } from '../../../src/extension/runs/treeLines.ts';
import { idleEntry, JOB, PROGRESS, runningEntry, SETTINGS } from './exampleEntries.ts';

describe('numbers', () => {
  test('an estimate of time is as coarse as it deserves', () => {
    const cases: readonly [number, string][] = [
      [0, '5 s'],
      [18, '20 s'],
      [54, '55 s'],
      [55, '1 min'],
      [118, '2 min'],
      [3569, '59 min'],
      [3571, '1 h 00 min'],
      [7800, '2 h 10 min'],
    ];
    for (const [seconds, text] of cases) assert.equal(formatTimeLeft(seconds), text);
  });

  test('a measured time is exact', () => {
    assert.equal(formatElapsed(41.6), '42 s');
    assert.equal(formatElapsed(185), '3 min 05 s');
    assert.equal(formatElapsed(7805), '2 h 10 min');
  });

  test('a loss keeps its digits when it is small', () => {
    assert.equal(formatLoss(0.41234), '0.412');
    assert.equal(formatLoss(0.00123), '0.0012');
    assert.equal(formatLoss(0), '0.000');
  });

  test('percent never say 100 too early', () => {
    assert.equal(percentOf({ ...PROGRESS, done: 999, total: 1000 }), 99);
    assert.equal(percentOf({ ...PROGRESS, done: 1000, total: 1000 }), 100);
    assert.equal(percentOf({ ...PROGRESS, stage: 'dataset' }), undefined);
    assert.equal(percentOf({ ...PROGRESS, done: 0, total: 0 }), undefined);
  });
});

describe('overallPercent', () => {
  test('counts each stage the same, and only those that the run has', () => {
    const half = { done: 1, total: 2 };
    assert.equal(overallPercent(runningEntry({ stage: 'autoencoder', ...half })), 100 / 6);
    assert.equal(overallPercent(runningEntry({ stage: 'classifier', ...half })), 50);
    assert.equal(overallPercent(runningEntry({ stage: 'samples', done: 2, total: 2 })), 100);
    const job = { ...JOB, choices: { ...JOB.choices, method: 'baseline', count: 0 } } as const;
    assert.equal(overallPercent(runningEntry({ stage: 'classifier', ...half }, { job })), 50);
  });

  test('is nothing while nothing is known', () => {
    assert.equal(overallPercent(runningEntry({ stage: 'dataset' })), 0);
    assert.equal(overallPercent({ key: 'k', state: 'running', job: JOB }), 0);
  });
});

describe('changedLines', () => {
  const lines = (text: string): Map<string, string> =>
    new Map(text.split(' ').map((line): [string, string] => [line[0], line.slice(1)]));

  test('names the lines that changed where they stand, and everything when lines come, go or move', () => {
    assert.deepEqual(changedLines(lines('a1 b1 c1'), lines('a1 b2 c1')), ['b']);
    assert.deepEqual(changedLines(lines('a1 b1'), lines('a1 b1')), []);
    assert.equal(changedLines(lines('a1 b1'), lines('b1 a1')), 'all');
    assert.equal(changedLines(lines('a1 b1'), lines('a1')), 'all');
    assert.equal(changedLines(lines('a1'), lines('a1 b1')), 'all');
  });
});

describe('duplicateChoices', () => {
  test('starts from what the run was made with', () => {
    assert.deepEqual(duplicateChoices(idleEntry()), {
      preset: 'quick',
      method: 'mi',
      count: 64,
      seed: 1,
      fraction: 1,
      device: 'cpu',
    });
  });

  test('keeps steps only where they were not those of the preset', () => {
    const settings = { ...SETTINGS, imageSize: 32, generation: { ...SETTINGS.generation, steps: 7 } };
    const { steps, imageSize } = duplicateChoices(idleEntry({ settings }))!;
    assert.deepEqual([steps, imageSize], [7, 32]);
  });

  test('of a job without a folder are its own, and of an unreadable run none', () => {
    const entry = { key: 'k', state: 'idle', job: { ...JOB, threads: 2 } } as const;
    assert.deepEqual(duplicateChoices(entry), { ...JOB.choices, device: 'auto', threads: 2 });
    assert.equal(duplicateChoices(idleEntry({ status: 'unreadable', settings: undefined })), undefined);
  });
});

describe('rememberedJobs', () => {
  test('are what was kept, through JSON', () => {
    const jobs = [
      JOB,
      { ...JOB, threads: 2, choices: { ...JOB.choices, steps: 0, imageSize: 32, skipUnreadable: true } },
      { kind: 'resume', run: '/w/run' },
      { kind: 'resume', run: '/w/run', datasetPath: '/moved' },
    ];
    assert.deepEqual(rememberedJobs(JSON.parse(JSON.stringify(jobs)) as unknown[]), jobs);
  });

  test('are without what this version could not run', () => {
    const strange = [
      null,
      'x',
      { kind: 'evaluate' },
      { ...JOB, choices: { ...JOB.choices, method: 'magic' } },
    ];
    assert.deepEqual(rememberedJobs([...strange, JOB]), [JOB]);
  });
});

describe('Throttle', () => {
  test('acts at once, then at most once an interval, and always after the last request', (context) => {
    context.mock.timers.enable({ apis: ['setTimeout'] });
    const action = mock.fn();
    const throttle = new Throttle(action, 100);
    throttle.request();
    throttle.request();
    throttle.request();
    assert.equal(action.mock.callCount(), 1);
    context.mock.timers.tick(100);
    assert.equal(action.mock.callCount(), 2);
    context.mock.timers.tick(100);
    throttle.request();
    assert.equal(action.mock.callCount(), 3);
    throttle.now();
    assert.equal(action.mock.callCount(), 4);
    throttle.request();
    throttle.dispose();
    context.mock.timers.tick(1000);
    assert.equal(action.mock.callCount(), 4);
  });
});
