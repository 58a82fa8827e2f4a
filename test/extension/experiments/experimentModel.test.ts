import assert from 'node:assert/strict';
import path from 'node:path';
import { describe, test } from 'node:test';

import { ExperimentModel } from '../../../src/extension/experiments/experimentModel.ts';
import type { ExperimentEnd, ExperimentJob } from '../../../src/extension/experiments/experimentStore.ts';
import { RunQueue } from '../../../src/extension/runs/runQueue.ts';
import { TurnQueue } from '../../../src/extension/runs/turnQueue.ts';
import type { ComputeApi, ExperimentProgress } from '../../../src/protocol/computeApi.ts';
import { TsyndError } from '../../../src/protocol/errors.ts';
import type { ExperimentSummary, LibraryApi } from '../../../src/protocol/libraryApi.ts';
import type { RequestOptions } from '../../../src/protocol/rpcPeer.ts';
import { FakeProcess } from '../panels/fakeProcess.ts';
import { FakeCompute, settle } from '../runs/fakeProcesses.ts';

const A = path.resolve('/data/.tsynd/experiments/a');
const B = path.resolve('/data/.tsynd/experiments/b');
const RESULT = { folder: A, finished: 6, failed: 0 };
const PROGRESS: ExperimentProgress = { done: 0, total: 6, warnings: [] };

function job(folder: string, change: Partial<ExperimentJob> = {}): ExperimentJob {
  return { folder, file: `${folder}.yaml`, title: path.basename(folder), device: 'cpu', ...change };
}

function summary(folder: string, finished = 0): ExperimentSummary {
  const title = `Experiment ${path.basename(folder)}`;
  return { folder, title, createdAt: '2026-03-01T10:00:00.000Z', cells: 6, finished };
}

/** A request for an experiment that the test ends. */
interface Asked {
  readonly params: ComputeApi['experiment/run']['params'];
  readonly options: RequestOptions<ExperimentProgress>;
  readonly finish: (result: ComputeApi['experiment/run']['result']) => void;
  readonly fail: (error: TsyndError) => void;
}

function setUp(summaries: readonly ExperimentSummary[] = []) {
  const compute = new FakeCompute();
  const asked: Asked[] = [];
  const turns = new TurnQueue(compute);
  const library = new FakeProcess<LibraryApi>({ 'experiments/list': () => summaries });
  const ended: ExperimentEnd[] = [];
  const model = new ExperimentModel({
    compute: {
      request: (method, params, options) =>
        new Promise((resolve, reject) => {
          assert.equal(method, 'experiment/run');
          asked.push({ params, options, finish: resolve, fail: reject } as unknown as Asked);
        }),
    },
    library,
    turns,
    foldersToList: () => Promise.resolve(['/data/.tsynd/experiments']),
    onChanged: () => undefined,
    onEnded: (end) => ended.push(end),
  });
  const states = (): string =>
    model.entries.map(({ folder, state }) => `${path.basename(folder)}:${state}`).join(' ');
  return { model, compute, turns, library, asked, ended, states };
}

describe('ExperimentModel', () => {
  test('runs a file into its folder, and goes on with a folder without one', async () => {
    const { model, asked } = setUp();
    model.enqueue(job(A, { threads: 2 }));
    assert.deepEqual(asked[0].params, { path: `${A}.yaml`, out: A, device: 'cpu', threads: 2 });
    asked[0].finish(RESULT);
    await settle();
    model.enqueue(job(A, { file: undefined }));
    assert.deepEqual(asked[1].params, { path: A, device: 'cpu', threads: undefined });
  });

  test('what waits or runs is not put in the queue twice', () => {
    const { model, asked, states } = setUp();
    assert.equal(model.enqueue(job(A)), true);
    assert.equal(model.enqueue(job(A)), false);
    assert.equal(model.enqueue(job(B)), true);
    assert.equal(asked.length, 1);
    assert.equal(states(), 'a:running b:queued');
  });

  test('stands in one queue with the runs: one thing trains at a time', async () => {
    const { model, compute, turns, asked, states } = setUp();
    const runs = new RunQueue({
      compute,
      turns,
      outFor: (datasetPath) => `${datasetPath}.runs`,
      threads: () => undefined,
      onChanged: () => undefined,
      onEnded: () => undefined,
    });
    model.enqueue(job(A));
    runs.enqueue('run', { kind: 'resume', run: '/runs/x' });
    model.enqueue(job(B));
    assert.equal(compute.trainings.length, 0);
    assert.equal(runs.items[0].ahead, 1);
    asked[0].finish(RESULT);
    await settle();
    assert.equal(compute.trainings.length, 1);
    assert.equal(states(), 'b:queued');
    assert.equal(model.find(B)?.ahead, 1);
    compute.trainings[0].finish({ folder: '/runs/x', samples: 0, bestEpoch: 1 });
    await settle();
    assert.equal(asked.length, 2);
    assert.equal(states(), 'b:running');
  });

  test('reads the folders when one gets its own, when a cell is finished, and when it ends', async () => {
    const { model, library, asked, ended } = setUp([summary(A, 6)]);
    model.enqueue(job(A));
    const { onProgress } = asked[0].options;
    const listings = (): number => library.asked.length;
    onProgress?.(PROGRESS);
    await settle();
    const before = listings();
    onProgress?.({ ...PROGRESS, folder: A });
    await settle();
    assert.equal(listings(), before + 1);
    onProgress?.({ ...PROGRESS, folder: A, share: 0.5 });
    await settle();
    assert.equal(listings(), before + 1);
    onProgress?.({ ...PROGRESS, folder: A, done: 1 });
    await settle();
    assert.equal(listings(), before + 2);
    assert.equal(model.find(A)?.title, 'Experiment a');
    asked[0].finish(RESULT);
    await settle();
    assert.equal(listings(), before + 3);
    assert.equal(ended[0].outcome.kind, 'finished');
    assert.equal(ended[0].entry.summary?.finished, 6);
    assert.equal(model.find(A)?.state, 'idle');
  });

  test('a stop takes what waits out of the queue, and cancels what runs', async () => {
    const { model, asked, ended, states } = setUp();
    model.enqueue(job(A));
    model.enqueue(job(B));
    await model.stop(B);
    assert.equal(states(), 'a:running');
    const stopped = model.stop(A);
    assert.equal(asked[0].options.signal?.aborted, true);
    assert.equal(model.find(A)?.isStopping, true);
    asked[0].fail(new TsyndError('cancelled', 'It was cancelled.'));
    await stopped;
    await settle();
    assert.deepEqual(
      ended.map(({ outcome }) => outcome.kind),
      ['removed', 'stopped'],
    );
  });

  test('an experiment that fails is told with its reason, and what comes after it starts', async () => {
    const { model, asked, ended, states } = setUp();
    model.enqueue(job(A));
    model.enqueue(job(B));
    asked[0].fail(new TsyndError('dataset/not-found', 'There is no such pool.'));
    await settle();
    assert.equal(states(), 'b:running');
    const [{ outcome }] = ended;
    assert.equal(outcome.kind === 'failed' && outcome.error.message, 'There is no such pool.');
  });

  test('lists what lies in the folders, and says why it could not', async () => {
    const { model, library, states } = setUp([summary(B, 6), summary(A, 2)]);
    await model.refresh();
    assert.equal(states(), 'b:idle a:idle');
    library.answers['experiments/list'] = () => {
      throw new TsyndError('process/exited', 'The library process was killed.');
    };
    await model.refresh();
    assert.match(model.problem ?? '', /killed/);
    assert.equal(states(), 'b:idle a:idle');
  });
});
