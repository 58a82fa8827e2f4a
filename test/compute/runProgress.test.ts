import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nextRunState, RUN_START, type RunState } from '../../src/compute/runProgress.ts';
import type { JobEvent } from '../../src/jobs/progress.ts';
import type { RunProgress } from '../../src/protocol/computeApi.ts';

/** The last snapshot after events at the given times in ms. */
function after(...events: readonly (readonly [number, JobEvent])[]): RunProgress {
  const end = events.reduce<RunState>((state, [now, event]) => nextRunState(state, event, now), RUN_START);
  return end.progress;
}

const run: JobEvent = { type: 'run', id: 'r', folder: '/runs/r', device: 'a processor' };
const step = (stage: 'autoencoder' | 'classifier', done: number, loss = 0.5): JobEvent => ({
  type: 'progress',
  stage,
  done,
  total: 100,
  unit: 'steps',
  loss,
});
const metrics = (
  stage: 'autoencoder' | 'classifier',
  split: 'train' | 'val',
  epoch: number,
  auroc?: number,
): JobEvent => ({
  type: 'metrics',
  line: {
    stage,
    split,
    epoch,
    loss: 1,
    ...(auroc === undefined ? {} : { auroc }),
    learningRate: 1e-3,
    secondsElapsed: 1,
  },
});

test('a run starts with its dataset, and knows its folder when that is made', () => {
  assert.deepEqual(RUN_START.progress, { stage: 'dataset', done: 0, total: 0, unit: 'steps', warnings: [] });
  const { folder, device, stage } = after([0, run]);
  assert.deepEqual(
    { folder, device, stage },
    { folder: '/runs/r', device: 'a processor', stage: 'autoencoder' },
  );
});

test('a snapshot holds everything: place, loss, epoch, AUC and warnings', () => {
  const progress = after(
    [0, run],
    [0, step('classifier', 1, 0.9)],
    [1, metrics('classifier', 'train', 3, 0.99)],
    [2, metrics('classifier', 'val', 3, 0.81)],
    [3, { type: 'warning', message: 'A class has one image only.' }],
    [4, step('classifier', 2, 0.8)],
  );
  assert.deepEqual(progress, {
    folder: '/runs/r',
    device: 'a processor',
    stage: 'classifier',
    done: 2,
    total: 100,
    unit: 'steps',
    loss: 0.8,
    epoch: 3,
    valAuroc: 0.81,
    secondsLeft: 0.392,
    warnings: ['A class has one image only.'],
  });
});

test('the time left is that of the stage, from where it was first seen', () => {
  assert.equal(after([0, step('autoencoder', 40)]).secondsLeft, undefined);
  assert.equal(after([0, step('autoencoder', 40)], [5000, step('autoencoder', 50)]).secondsLeft, 25);
  const next = after(
    [0, step('autoencoder', 0)],
    [1000, step('autoencoder', 100)],
    [2000, step('classifier', 0)],
    [12_000, step('classifier', 50)],
  );
  assert.equal(next.secondsLeft, 10);
});

test("another stage begins without the former one's epoch, and keeps the AUC", () => {
  const progress = after(
    [0, step('classifier', 1)],
    [1, metrics('classifier', 'val', 2, 0.7)],
    [2, { type: 'stageFinished', stage: 'classifier', seconds: 1 }],
    [3, { type: 'progress', stage: 'samples', done: 0, total: 10, unit: 'samples' }],
  );
  assert.equal(progress.epoch, undefined);
  assert.equal(progress.loss, undefined);
  assert.equal(progress.valAuroc, 0.7);
  assert.equal(progress.unit, 'samples');
});

test("an autoencoder's epochs count, too, and have no AUC", () => {
  const { epoch, valAuroc } = after([0, step('autoencoder', 1)], [1, metrics('autoencoder', 'train', 4)]);
  assert.deepEqual({ epoch, valAuroc }, { epoch: 4, valAuroc: undefined });
});
