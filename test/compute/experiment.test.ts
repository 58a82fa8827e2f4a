/** Experiments through the built compute and library processes. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { EXPERIMENT_START, nextExperimentProgress } from '../../src/compute/experimentProgress.ts';
import type { ExperimentProgress } from '../../src/protocol/computeApi.ts';
import { TsyndError } from '../../src/protocol/errors.ts';
import { computeProcess, failureOf } from '../support/processes.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';
import { writeTinyExperiment } from '../support/tinyExperiment.ts';
import { writeTinyDataset } from '../support/tinyRun.ts';

const folder = temporaryFolder();
writeTinyDataset(path.join(folder, 'tiny.npz'));
const file = writeTinyExperiment(folder, 'datasets: [tiny.npz]\nseeds: [0]\narms: [baseline, mixup]\n');
const { client: compute } = computeProcess();
const request = { path: file, out: path.join(folder, 'grid'), device: 'cpu', threads: 1 } as const;

test('an experiment is stopped and goes on, and reports itself', async () => {
  const controller = new AbortController();
  const stopped = compute.request('experiment/run', request, {
    signal: controller.signal,
    onProgress: ({ stage }) => {
      if (stage === 'classifier') controller.abort();
    },
  });
  assert.equal((await failureOf(stopped)).code, 'cancelled');

  const seen: ExperimentProgress[] = [];
  const result = await compute.request('experiment/run', request, {
    onProgress: (progress) => seen.push(progress),
  });
  assert.deepEqual(result, { folder: request.out, finished: 2, failed: 0 });
  assert.ok(seen.some(({ stage, share = 2 }) => stage === 'classifier' && share <= 1));
  assert.ok(seen.every(({ done, total }) => done <= total));
  assert.ok(existsSync(path.join(request.out, 'report.html')));
});

test('one of the two trains at a time', async () => {
  const both = [request, request].map(({ out, ...rest }, index) =>
    compute.request('experiment/run', { ...rest, out: `${out}-${index}` }),
  );
  const outcomes = await Promise.allSettled(both);
  assert.deepEqual(
    outcomes.map(({ status }) => status),
    ['fulfilled', 'rejected'],
  );
});

test('progress says what failed, and what cells share is said once', () => {
  const part = { kind: 'cell', id: 'a' } as const;
  const error = new TsyndError('training/diverged', 'The loss is no number.', {
    remedy: 'Train more slowly.',
  });
  const warning = { type: 'warning', message: 'A pool was resized.' } as const;
  const progress = [
    warning,
    { type: 'begin', part } as const,
    { type: 'evaluation', condition: 'clean', done: 1, total: 4 } as const,
    warning,
  ].reduce(nextExperimentProgress, EXPERIMENT_START);
  assert.deepEqual(progress, {
    done: 0,
    total: 0,
    cell: 'a',
    stage: 'evaluation: clean',
    share: 0.25,
    warnings: ['A pool was resized.'],
  });
  const ended = nextExperimentProgress(progress, {
    type: 'end',
    part,
    error,
    done: 1,
    total: 3,
    secondsLeft: 9,
  });
  assert.deepEqual(ended, {
    done: 1,
    total: 3,
    cell: undefined,
    stage: undefined,
    share: undefined,
    secondsLeft: 9,
    warnings: ['A pool was resized.', 'a failed: The loss is no number. Train more slowly.'],
  });
});
