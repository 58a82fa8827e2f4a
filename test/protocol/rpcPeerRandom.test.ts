/** Whatever happens between two peers, in whatever order: every request ends exactly once. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { integers, randomKey } from '../../src/engine/random.ts';
import type { NoApi } from '../../src/protocol/envelope.ts';
import { TsyndError } from '../../src/protocol/errors.ts';
import { RpcPeer } from '../../src/protocol/rpcPeer.ts';
import { memoryPipe, settle } from './memoryPipe.ts';

interface WorkApi {
  readonly work: { readonly params: number; readonly result: number; readonly progress: number };
}

const REQUESTS = 300;
const ACTIONS = ['ask', 'ask', 'ask', 'finish', 'finish', 'fail', 'cancel', 'progress', 'turn'] as const;

interface Job {
  readonly finish: () => void;
  readonly fail: () => void;
  readonly progress: () => void;
}

for (const seed of [1, 2, 3, 4, 5, 6, 7, 8]) {
  // Odd seeds end with a close in the midst of things, even ones let everything finish.
  test(`every one of ${REQUESTS} requests ends exactly once (${seed})`, async () => {
    const draws = integers(randomKey(seed), 20 * REQUESTS, 2 ** 20);
    let drawn = 0;
    const draw = (below: number): number => draws[drawn++ % draws.length] % below;

    const jobs: Job[] = [];
    const [left, right] = memoryPipe();
    const client = new RpcPeer<NoApi, WorkApi>(left, {});
    // Half of the time the other end comes late.
    let server: RpcPeer<WorkApi, NoApi> | undefined;
    const startServer = (): void => {
      server ??= new RpcPeer<WorkApi, NoApi>(right, {
        work: (number, { signal, progress }) =>
          new Promise((resolve, reject) => {
            const fail = (): void => reject(new TsyndError('device/failed', `Request ${number} failed.`));
            const isDeaf = number % 3 === 0;
            if (!isDeaf) {
              signal.addEventListener('abort', () => reject(new TsyndError('cancelled', 'Cancelled.')));
            }
            jobs.push({ finish: () => resolve(7 * number), fail, progress: () => progress(number) });
          }),
      });
    };
    if (seed % 4 < 2) startServer();

    const ends: number[] = new Array<number>(REQUESTS).fill(0);
    const progressAfterEnd: number[] = [];
    const controllers: AbortController[] = [];
    const outcomes: Promise<void>[] = [];
    const ask = (number: number): void => {
      const controller = new AbortController();
      controllers.push(controller);
      const onProgress = (value: number): void => {
        assert.equal(value, number);
        if (ends[number] > 0) progressAfterEnd.push(number);
      };
      const request = client.request('work', number, { signal: controller.signal, onProgress });
      outcomes.push(
        request.then(
          (value) => {
            assert.equal(value, number * 7);
            ends[number]++;
          },
          (error: unknown) => {
            assert.ok(error instanceof TsyndError);
            assert.ok(['cancelled', 'device/failed', 'process/exited'].includes(error.code), error.code);
            ends[number]++;
          },
        ),
      );
    };
    /** Some jobs are taken again, though they have ended or were aborted: nothing of that must be told. */
    const takeJob = (): Job | undefined => {
      if (jobs.length === 0) return undefined;
      const index = draw(jobs.length);
      return draw(4) === 0 ? jobs[index] : jobs.splice(index, 1)[0];
    };

    let asked = 0;
    for (let turn = 0; asked < REQUESTS; turn++) {
      if (turn === 40) startServer();
      switch (ACTIONS[draw(ACTIONS.length)]) {
        case 'ask':
          ask(asked++);
          break;
        case 'finish':
          takeJob()?.finish();
          break;
        case 'fail':
          takeJob()?.fail();
          break;
        case 'cancel':
          if (controllers.length > 0) controllers[draw(controllers.length)].abort();
          break;
        case 'progress':
          if (jobs.length > 0) jobs[draw(jobs.length)].progress();
          break;
        case 'turn':
          await settle(draw(4));
      }
    }
    const closeEarly = seed % 2 === 1;
    if (closeEarly) client.close(new TsyndError('process/exited', 'It is gone.'));
    await settle();
    for (const { fail } of jobs) fail();
    await settle();
    await Promise.all(outcomes);
    if (closeEarly) server?.close(new TsyndError('process/exited', 'It is gone.'));
    await settle();
    assert.ok(ends.every((count) => count === 1));
    assert.deepEqual(progressAfterEnd, []);
  });
}
