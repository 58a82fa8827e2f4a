import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { integers, randomKey, deriveKey } from '../../../src/engine/random.ts';
import { RunQueue } from '../../../src/extension/runs/runQueue.ts';
import type { RunJob, RunOutcome } from '../../../src/extension/runs/runStore.ts';
import { FakeCompute, settle } from './fakeProcesses.ts';

const RESULT = { folder: '/runs/a', samples: 4, bestEpoch: 2 };

function generateJob(datasetPath: string): RunJob {
  return {
    kind: 'generate',
    datasetPath,
    device: 'cpu',
    choices: { method: 'mi', preset: 'quick', seed: 0, fraction: 1 },
  };
}

function setUp() {
  const compute = new FakeCompute();
  const ended: { key: string; kind: RunOutcome['kind'] }[] = [];
  let changes = 0;
  const queue = new RunQueue({
    compute,
    outFor: (datasetPath) => `${datasetPath}.runs`,
    threads: () => 3,
    onChanged: () => changes++,
    onEnded: ({ key }, { kind }) => ended.push({ key, kind }),
  });
  const enqueue = (...keys: string[]): void =>
    keys.forEach((key) => queue.enqueue(key, generateJob(`/${key}`)));
  const states = (): string => queue.items.map(({ key, state }) => `${key}:${state}`).join(' ');
  return { compute, queue, ended, enqueue, states, changes: () => changes };
}

describe('RunQueue', () => {
  test('trains one at a time, in the order in which jobs came', async () => {
    const { compute, ended, enqueue, states } = setUp();
    enqueue('a', 'b', 'c');
    assert.equal(states(), 'a:running b:queued c:queued');
    for (const key of ['a', 'b', 'c']) {
      assert.deepEqual(
        [...compute.open].map(({ params }) => params.datasetPath),
        [`/${key}`],
      );
      compute.trainings.at(-1)!.finish(RESULT);
      await settle();
    }
    assert.deepEqual(
      ended,
      ['a', 'b', 'c'].map((key) => ({ key, kind: 'finished' })),
    );
    assert.equal(states(), '');
  });

  test('asks for what the person chose, and for the threads of the settings where they did not', async () => {
    const { compute, queue, enqueue } = setUp();
    enqueue('a');
    assert.equal(compute.trainings[0].method, 'run/generate');
    assert.deepEqual(compute.trainings[0].params, {
      datasetPath: '/a',
      choices: { method: 'mi', preset: 'quick', seed: 0, fraction: 1 },
      device: 'cpu',
      threads: 3,
      out: '/a.runs',
    });
    compute.trainings[0].finish(RESULT);
    queue.enqueue('b', { ...generateJob('/b'), threads: 1 } as RunJob);
    queue.enqueue('c', { kind: 'resume', run: '/runs/c', datasetPath: '/moved' });
    await settle();
    assert.equal(compute.trainings[1].params.threads, 1);
    compute.trainings[1].finish(RESULT);
    await settle();
    assert.equal(compute.trainings[2].method, 'run/resume');
    assert.deepEqual(compute.trainings[2].params, { run: '/runs/c', datasetPath: '/moved' });
  });

  test('a job that fails does not stop the ones after it, and is not tried again', async () => {
    const { compute, ended, enqueue, states } = setUp();
    enqueue('a', 'b');
    compute.trainings[0].fail('training/diverged');
    await settle();
    assert.deepEqual(ended, [{ key: 'a', kind: 'failed' }]);
    assert.equal(states(), 'b:running');
    assert.equal(compute.trainings.length, 2);
  });

  test('a crash ends the job as crashed, never replays it, and the next job goes on', async () => {
    const { compute, ended, enqueue, states } = setUp();
    enqueue('a', 'b');
    compute.setStatus({ health: 'crashed', message: 'It crashed.' });
    compute.trainings[0].fail('process/exited');
    await settle();
    assert.deepEqual(ended, [{ key: 'a', kind: 'crashed' }]);
    assert.equal(states(), 'b:running');
    assert.equal(compute.trainings.filter(({ params }) => params.datasetPath === '/a').length, 1);
  });

  test('waits while the process is given up, and goes on when a person has restarted it', async () => {
    const { compute, queue, ended, enqueue, states } = setUp();
    enqueue('a', 'b', 'c');
    compute.setStatus({ health: 'failed', message: 'It crashed too often.' });
    compute.trainings[0].fail('process/exited');
    await settle();
    assert.equal(states(), 'b:queued c:queued');
    assert.ok(queue.isHeld);
    enqueue('d');
    assert.equal(states(), 'b:queued c:queued d:queued');
    await compute.restart();
    assert.equal(states(), 'b:running c:queued d:queued');
    assert.ok(!queue.isHeld);
    assert.deepEqual(ended, [{ key: 'a', kind: 'crashed' }]);
  });

  test('keeps a job whose request found the process given up: it never began', async () => {
    const { compute, ended, enqueue, states } = setUp();
    enqueue('a');
    compute.setStatus({ health: 'failed', message: 'It crashed too often.' });
    compute.trainings[0].fail('process/unavailable');
    await settle();
    assert.equal(states(), 'a:queued');
    assert.deepEqual(ended, []);
    await compute.restart();
    assert.equal(states(), 'a:running');
  });

  test('fails a job that no process could be had for, where no restart is waited for', async () => {
    const { compute, ended, enqueue, states } = setUp();
    enqueue('a');
    compute.trainings[0].fail('process/unavailable');
    await settle();
    assert.equal(states(), '');
    assert.deepEqual(ended, [{ key: 'a', kind: 'failed' }]);
  });

  test('stopping a queued job takes it out, at once', async () => {
    const { compute, queue, ended, enqueue, states } = setUp();
    enqueue('a', 'b', 'c');
    await queue.stop('b');
    assert.equal(states(), 'a:running c:queued');
    assert.deepEqual(ended, [{ key: 'b', kind: 'removed' }]);
    compute.trainings[0].finish(RESULT);
    await settle();
    assert.equal(states(), 'c:running');
  });

  test('stopping the running job cancels it, and waits until it has ended', async () => {
    const { compute, queue, ended, enqueue } = setUp();
    enqueue('a', 'b');
    let hasStopped = false;
    const stopped = queue.stop('a').then(() => (hasStopped = true));
    await settle();
    assert.ok(compute.trainings[0].wasCancelled);
    assert.ok(queue.items[0].isStopping);
    assert.ok(!hasStopped);
    compute.trainings[0].fail('cancelled');
    await stopped;
    assert.deepEqual(ended, [{ key: 'a', kind: 'stopped' }]);
    assert.deepEqual(
      queue.items.map(({ key, isStopping }) => [key, isStopping]),
      [['b', false]],
    );
  });

  test('a run that finishes although it was asked to stop is finished', async () => {
    const { compute, queue, ended, enqueue } = setUp();
    enqueue('a');
    const stopped = queue.stop('a');
    compute.trainings[0].finish(RESULT);
    await stopped;
    assert.deepEqual(ended, [{ key: 'a', kind: 'finished' }]);
  });

  test('stopping what is not there does nothing', async () => {
    const { queue, ended } = setUp();
    await queue.stop('nothing');
    assert.deepEqual(ended, []);
  });

  test('during a pause nothing starts, and the end of what trained is its stop', async () => {
    const { compute, queue, ended, enqueue, states } = setUp();
    enqueue('a', 'b');
    await queue.pauseDuring(async () => {
      await compute.restart();
      await settle();
      assert.equal(states(), 'b:queued');
    });
    assert.deepEqual(ended, [{ key: 'a', kind: 'stopped' }]);
    assert.equal(states(), 'b:running');
  });

  test('progress belongs to the job that trains, and late progress to none', async () => {
    const { compute, queue, enqueue, changes } = setUp();
    enqueue('a', 'b');
    compute.trainings[0].report({ stage: 'classifier', epoch: 3 });
    assert.equal(queue.items[0].progress?.epoch, 3);
    compute.trainings[0].finish(RESULT);
    await settle();
    const before = changes();
    compute.trainings[0].report({ epoch: 4 });
    assert.equal(changes(), before);
    assert.equal(queue.items[0].progress, undefined);
  });

  test('when the window closes, what trains is cancelled and nothing starts any more', async () => {
    const { compute, queue, enqueue } = setUp();
    enqueue('a', 'b');
    queue.dispose();
    assert.ok(compute.trainings[0].wasCancelled);
    compute.trainings[0].fail('cancelled');
    await settle();
    assert.equal(compute.trainings.length, 1);
  });
});

/** What can happen to a queue; each takes a number that says to which job. */
const HAPPENINGS = ['enqueue', 'enqueue', 'stop', 'finish', 'fail', 'crash', 'giveUp', 'restart'] as const;

for (let seed = 0; seed < 40; seed++) {
  test(`whatever happens, at most one trains, order is kept and each job ends once (seed ${seed})`, async () => {
    const { compute, queue, ended, enqueue } = setUp();
    const key = deriveKey(randomKey(seed), 'queue');
    const draws = integers(key, 120, 1_000_000);
    const log: string[] = [];
    const enqueued: string[] = [];
    const stops: Promise<void>[] = [];
    for (const draw of draws) {
      const happening = HAPPENINGS[draw % HAPPENINGS.length];
      const which = Math.floor(draw / HAPPENINGS.length);
      log.push(`${happening} ${which}`);
      const training = [...compute.open].at(0);
      switch (happening) {
        case 'enqueue':
          enqueued.push(`job-${enqueued.length}`);
          enqueue(enqueued.at(-1)!);
          break;
        case 'stop': {
          const item = queue.items.length > 0 ? queue.items[which % queue.items.length] : undefined;
          if (item) stops.push(queue.stop(item.key));
          if (item?.state === 'running') training?.fail('cancelled');
          break;
        }
        case 'finish':
          training?.finish(RESULT);
          break;
        case 'fail':
          training?.fail('dataset/invalid');
          break;
        case 'crash':
          if (compute.status.health !== 'failed') compute.setStatus({ health: 'crashed', message: 'Crash.' });
          training?.fail('process/exited');
          break;
        case 'giveUp':
          compute.setStatus({ health: 'failed', message: 'Too many crashes.' });
          training?.fail(which % 2 === 0 ? 'process/exited' : 'process/unavailable');
          break;
        case 'restart':
          await compute.restart();
      }
      await settle();
      const running = queue.items.filter(({ state }) => state === 'running');
      assert.ok(running.length <= 1 && compute.open.size <= 1, log.join('\n'));
      assert.equal(compute.open.size, running.length, log.join('\n'));
      assert.ok(
        running.length === 1 || queue.items.length === 0 || queue.isHeld,
        `Nothing trains, and nothing is in the way.\n${log.join('\n')}`,
      );
      // What is left is what was put in, in its order, without what has ended.
      const left = enqueued.filter((name) => !ended.some((end) => end.key === name));
      assert.deepEqual(
        queue.items.map((item) => item.key),
        left,
        log.join('\n'),
      );
    }
    while (queue.items.length > 0) {
      if (queue.isHeld) await compute.restart();
      [...compute.open].at(0)?.finish(RESULT);
      await settle();
    }
    await Promise.all(stops);
    assert.deepEqual(ended.map((end) => end.key).sort(), [...enqueued].sort(), log.join('\n'));
    const begun = compute.trainings.map(({ params }) => String(params.datasetPath).slice(1));
    const inOrder = enqueued.filter((name) => begun.includes(name));
    assert.deepEqual([...new Set(begun)], inOrder, log.join('\n'));
  });
}
