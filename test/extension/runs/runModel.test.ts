import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { TsyndError } from '../../../src/protocol/errors.ts';
import { RunModel } from '../../../src/extension/runs/runModel.ts';
import { statusOf } from '../../../src/extension/runs/runStatus.ts';
import type { RunEnd, RunJob } from '../../../src/extension/runs/runStore.ts';
import { FakeCompute, FakeLibrary, runSummary, settle } from './fakeProcesses.ts';

const RUN = '/w/.tsynd/runs/new';
const OLD = '/w/.tsynd/runs/old';
const RESULT = { folder: RUN, samples: 4, bestEpoch: 2 };
const JOB: RunJob = {
  kind: 'generate',
  datasetPath: '/w/data',
  device: 'cpu',
  choices: { method: 'mi', preset: 'quick', seed: 0, fraction: 1 },
};

function setUp(folders: readonly string[] = ['/w/.tsynd/runs']) {
  const compute = new FakeCompute();
  const library = new FakeLibrary();
  const ends: RunEnd[] = [];
  let changes = 0;
  const model = new RunModel({
    compute,
    library,
    foldersToList: () => Promise.resolve(folders),
    outFor: () => '/w/.tsynd/runs',
    threads: () => undefined,
    onChanged: () => changes++,
    onEnded: (end) => ends.push(end),
  });
  const shown = (): string => model.entries.map((entry) => `${entry.key}=${statusOf(entry)}`).join(' ');
  return { compute, library, model, ends, shown, changes: () => changes };
}

describe('RunModel', () => {
  test('lists what the folders hold, in their order', async () => {
    const { library, model, shown } = setUp();
    library.runs = [
      runSummary({ folder: RUN, status: 'running', isElsewhere: true }),
      runSummary({ folder: OLD, status: 'unreadable' }),
    ];
    await model.refresh();
    assert.equal(shown(), `${RUN}=elsewhere ${OLD}=unreadable`);
    assert.equal(model.find(OLD)?.summary?.id, 'old');
  });

  test('asks nobody where there is no folder', async () => {
    const { library, model } = setUp([]);
    await model.refresh();
    assert.equal(library.listings, 0);
    assert.deepEqual(model.entries, []);
  });

  test('a listing that fails keeps what was known and says so until the next', async () => {
    const { library, model, shown } = setUp();
    library.runs = [runSummary({ folder: OLD })];
    await model.refresh();
    library.failure = new TsyndError('process/exited', 'The library process ended.', { remedy: 'Refresh.' });
    await model.refresh();
    assert.equal(model.problem, 'The library process ended. Refresh.');
    assert.equal(shown(), `${OLD}=finished`);
    library.failure = undefined;
    await model.refresh();
    assert.equal(model.problem, undefined);
  });

  test('who asks during a listing gets one that began afterwards, and all such share it', async () => {
    const { library, model } = setUp();
    let open = (): void => undefined;
    library.gate = new Promise((resolve) => (open = resolve));
    const first = model.refresh();
    await settle();
    const later = [model.refresh(), model.refresh(), model.refresh()];
    library.runs = [runSummary({ folder: OLD })];
    open();
    await first;
    assert.deepEqual(model.entries, []);
    await Promise.all(later);
    assert.equal(model.entries.length, 1);
    assert.equal(library.listings, 2);
  });

  test('a new run is one line from the queue to its folder, under one key', async () => {
    const { compute, library, model, shown, ends } = setUp();
    library.runs = [runSummary({ folder: OLD })];
    await model.refresh();
    const key = model.enqueue(JOB);
    assert.equal(shown(), `${key}=running ${OLD}=finished`);
    library.runs = [runSummary({ folder: RUN, status: 'running', isElsewhere: true }), ...library.runs];
    compute.trainings[0].report({ folder: RUN, stage: 'classifier' });
    await settle();
    assert.equal(shown(), `${key}=running ${OLD}=finished`);
    assert.equal(model.find(RUN)?.key, key);
    assert.equal(model.find(RUN)?.summary?.folder, RUN);
    library.runs = [runSummary({ folder: RUN, samples: 4 }), runSummary({ folder: OLD })];
    compute.trainings[0].finish(RESULT);
    await settle();
    await settle();
    assert.equal(shown(), `${key}=finished ${OLD}=finished`);
    assert.equal(model.find(key)?.state, 'idle');
    assert.equal(ends.length, 1);
    assert.equal(ends[0].entry.summary?.status, 'finished');
  });

  test('between its end and the reading of its folder a run is not shown as one of another window', async () => {
    const { compute, library, model, shown, ends } = setUp();
    library.runs = [runSummary({ folder: RUN, status: 'running', isElsewhere: true })];
    const key = model.enqueue({ kind: 'resume', run: RUN });
    await model.refresh();
    let open = (): void => undefined;
    library.gate = new Promise((resolve) => (open = resolve));
    library.runs = [runSummary({ folder: RUN })];
    compute.trainings[0].finish(RESULT);
    await settle();
    assert.equal(shown(), `${key}=running`);
    assert.equal(ends.length, 0);
    open();
    await settle();
    assert.equal(shown(), `${RUN}=finished`);
    assert.equal(ends.length, 1);
  });

  test('a run that waits or trains is not put in the queue again', async () => {
    const { compute, model } = setUp();
    assert.equal(model.enqueue({ kind: 'resume', run: RUN }), RUN);
    assert.equal(model.enqueue({ kind: 'resume', run: RUN }), RUN);
    model.enqueue({ kind: 'resume', run: OLD });
    model.enqueue({ kind: 'resume', run: OLD });
    await settle();
    assert.equal(compute.trainings.length, 1);
    assert.deepEqual(
      model.entries.map(({ key, ahead }) => [key, ahead]),
      [
        [RUN, undefined],
        [OLD, 1],
      ],
    );
  });

  test('a new run of this window is resumed under the key that it has', async () => {
    const { compute, model, library } = setUp();
    const key = model.enqueue(JOB);
    compute.trainings[0].report({ folder: RUN });
    library.runs = [runSummary({ folder: RUN, status: 'stopped' })];
    const stopped = model.stop(RUN);
    compute.trainings[0].fail('cancelled');
    await stopped;
    await settle();
    assert.equal(model.enqueue({ kind: 'resume', run: RUN }), key);
    assert.equal(model.entries.length, 1);
    assert.equal(model.entries[0].state, 'running');
  });

  test('a job that fails before it has a folder stays on the list until it is taken off', async () => {
    const { compute, model, shown } = setUp();
    const first = model.enqueue(JOB);
    const second = model.enqueue(JOB);
    compute.trainings[0].fail('dataset/invalid', 'The dataset has one class.');
    await settle();
    compute.trainings[1].fail('dataset/invalid', 'The dataset has one class.');
    await settle();
    assert.equal(shown(), `${second}=failed ${first}=failed`);
    assert.equal(model.find(first)?.problem, 'The dataset has one class. Try again.');
    assert.deepEqual(model.find(first)?.job, JOB);
    model.forget(first);
    assert.equal(shown(), `${second}=failed`);
  });

  test('a failed attempt to go on shows at the run, until the next attempt', async () => {
    const { compute, library, model } = setUp();
    library.runs = [runSummary({ folder: OLD, status: 'stopped' })];
    model.enqueue({ kind: 'resume', run: OLD });
    compute.trainings[0].fail('dataset/not-found', 'The dataset is gone.');
    await settle();
    assert.equal(model.find(OLD)?.problem, 'The dataset is gone. Try again.');
    assert.equal(model.entries.length, 1);
    model.enqueue({ kind: 'resume', run: OLD });
    compute.trainings[1].fail('cancelled');
    await settle();
    assert.equal(model.find(OLD)?.problem, undefined);
  });

  test('a run whose process crashed is what its folder says, with the cause, and is not tried again', async () => {
    const { compute, library, model, ends } = setUp();
    const key = model.enqueue(JOB);
    compute.trainings[0].report({ folder: RUN });
    library.runs = [runSummary({ folder: RUN, status: 'interrupted' })];
    compute.trainings[0].fail('process/exited', 'The process ended with signal SIGKILL.');
    await settle();
    await settle();
    const entry = model.find(key)!;
    assert.equal(statusOf(entry), 'interrupted');
    assert.equal(entry.problem, 'The process ended with signal SIGKILL. Try again.');
    assert.equal(ends[0].outcome.kind, 'crashed');
    assert.equal(compute.trainings.length, 1);
  });

  test('a run that is deleted is gone, and what was known of it too', async () => {
    const { library, model } = setUp();
    library.runs = [runSummary({ folder: OLD })];
    await model.refresh();
    library.runs = [];
    await model.refresh();
    assert.deepEqual(model.entries, []);
    assert.equal(model.find(OLD), undefined);
  });

  test('a restart of the compute process stops the run, and the queue goes on after it', async () => {
    const { library, model, ends, shown } = setUp();
    model.enqueue({ kind: 'resume', run: RUN });
    model.enqueue({ kind: 'resume', run: OLD });
    library.runs = [runSummary({ folder: RUN, status: 'stopped' }), runSummary({ folder: OLD })];
    await model.restartCompute();
    await settle();
    assert.deepEqual(
      ends.map(({ key, outcome }) => [key, outcome.kind]),
      [[RUN, 'stopped']],
    );
    assert.equal(shown(), `${OLD}=running ${RUN}=stopped`);
  });

  test('tells nobody anything after the window has closed', async () => {
    const { compute, model, ends, changes } = setUp();
    model.enqueue(JOB);
    model.dispose();
    const before = changes();
    compute.trainings[0].fail('cancelled');
    await settle();
    await settle();
    assert.equal(changes(), before);
    assert.deepEqual(ends, []);
  });
});
