import assert from 'node:assert/strict';
import path from 'node:path';
import { afterEach, describe, test } from 'node:test';
import type { ProcessStatus } from '../../../src/extension/processes/processClient.ts';
import { SupervisedProcess, type ProcessLimits } from '../../../src/extension/processes/supervisedProcess.ts';
import { TsyndError } from '../../../src/protocol/errors.ts';
import { isAlive, waitUntil } from '../../support/waitUntil.ts';

interface WorkerApi {
  readonly echo: { readonly params: unknown; readonly result: unknown };
  readonly pid: { readonly params: null; readonly result: number };
  readonly environment: {
    readonly params: null;
    readonly result: { readonly args: readonly string[]; readonly electron: string };
  };
  readonly wait: { readonly params: null; readonly result: null };
  readonly exit: { readonly params: number; readonly result: null };
  readonly die: { readonly params: NodeJS.Signals; readonly result: null };
  readonly answerAndExit: { readonly params: string; readonly result: string };
  readonly disconnect: { readonly params: null; readonly result: null };
  readonly garbage: { readonly params: null; readonly result: string };
  readonly becomeDeaf: { readonly params: null; readonly result: null };
}

const fixtures = path.join(import.meta.dirname, '../../fixtures/processes');

interface Supervised {
  readonly client: SupervisedProcess<WorkerApi>;
  readonly lines: string[];
  readonly statuses: ProcessStatus[];
  readonly health: () => string[];
}

const started: SupervisedProcess<WorkerApi>[] = [];

function supervise(script = 'worker.mjs', limits: Partial<ProcessLimits> = {}): Supervised {
  const lines: string[] = [];
  const statuses: ProcessStatus[] = [];
  const client = new SupervisedProcess<WorkerApi>({
    title: 'test process',
    script: path.join(fixtures, script),
    log: (line) => lines.push(line),
    limits,
  });
  client.onStatusChanged((status) => statuses.push(status));
  started.push(client);
  return { client, lines, statuses, health: () => statuses.map(({ health }) => health) };
}

afterEach(async () => {
  for (const client of started.splice(0)) await client.stop();
});

async function failure(request: Promise<unknown>): Promise<TsyndError> {
  try {
    await request;
  } catch (error) {
    assert.ok(error instanceof TsyndError);
    return error;
  }
  return assert.fail('The request did not fail.');
}

describe('starting', () => {
  test('the first request starts the process, and the status tells', async () => {
    const { client, health } = supervise();
    assert.deepEqual(client.status, { health: 'idle' });
    const bytes = Uint8Array.of(1, 2, 3);
    assert.deepEqual(await client.request('echo', { bytes, nothing: undefined }), {
      bytes,
      nothing: undefined,
    });
    assert.deepEqual(health(), ['starting', 'ready']);
    assert.deepEqual(client.status, { health: 'ready', pid: await client.request('pid', null) });
  });

  test('warming up starts it once, and listeners can leave', async () => {
    const { client, health } = supervise();
    const heard: ProcessStatus[] = [];
    const leave = client.onStatusChanged((status) => heard.push(status));
    client.warmUp();
    client.warmUp();
    leave();
    await client.request('echo', 1);
    assert.deepEqual(health(), ['starting', 'ready']);
    assert.deepEqual(heard, [{ health: 'starting' }]);
  });

  test("it runs as plain Node, without the parent's debugging port", async () => {
    const { client } = supervise();
    assert.deepEqual(await client.request('environment', null), { args: [], electron: '1' });
  });

  test('a process that says no hello is killed and counts as crashed', async () => {
    const { client } = supervise('hangAtStart.mjs', { startMs: 200 });
    const error = await failure(client.request('echo', 1));
    assert.equal(error.code, 'process/exited');
    assert.equal(error.message, 'The test process did not answer after its start and was ended.');
    assert.deepEqual(client.status, { health: 'crashed', message: error.message });
  });

  test('a script that is not there is told', async () => {
    const { client, lines } = supervise('missing.mjs');
    const error = await failure(client.request('echo', 1));
    assert.equal(error.message, 'The test process ended unexpectedly (exit code 1).');
    assert.match(lines.join('\n'), /Cannot find module .*missing\.mjs/);
  });

  test('another version of the protocol is told, and not tried again', async () => {
    const { client } = supervise('otherVersion.mjs');
    const error = await failure(client.request('echo', 1));
    assert.equal(error.code, 'process/protocol');
    await waitUntil('the status tells', () => client.status.health === 'failed');
    const refused = await failure(client.request('echo', 1));
    assert.equal(refused.code, 'process/unavailable');
    assert.match(refused.message, /is of another version of TSynD/);
  });
});

describe('crashing', () => {
  test('once: what was asked for rejects, and the next request starts it again', async () => {
    const { client, health } = supervise();
    const before = await client.request('pid', null);
    const waiting = failure(client.request('wait', null));
    const error = await failure(client.request('exit', 7));
    assert.equal(error.code, 'process/exited');
    assert.equal(error.message, 'The test process ended unexpectedly (exit code 7).');
    assert.match(error.remedy ?? '', /Show Log/);
    assert.equal(error.details.code, 7);
    assert.deepEqual(error.details.lastLines, ['the last words']);
    assert.equal((await waiting).code, 'process/exited');
    assert.deepEqual(client.status, { health: 'crashed', message: error.message });

    // It was not asked again for what it had died of.
    assert.notEqual(await client.request('pid', null), before);
    assert.deepEqual(health(), ['starting', 'ready', 'crashed', 'starting', 'ready']);
  });

  for (const [signal, message] of [
    ['SIGKILL', 'The test process was killed from outside, or for lack of memory (SIGKILL).'],
    ['SIGSEGV', 'The test process ended unexpectedly (SIGSEGV).'],
  ] as const) {
    test(`by a signal, which is named (${signal})`, async () => {
      const { client } = supervise();
      const error = await failure(client.request('die', signal));
      assert.equal(error.message, message);
      assert.equal(error.details.signal, signal);
    });
  }

  test('again and again: then only a restart helps', async () => {
    const { client, lines } = supervise('crashAtStart.mjs', { crashes: 3 });
    for (const health of ['crashed', 'crashed', 'failed']) {
      const error = await failure(client.request('echo', 1));
      assert.equal(error.code, 'process/exited');
      assert.deepEqual(error.details.lastLines, ['cannot find my library']);
      assert.equal(client.status.health, health);
    }
    const said = lines.length;
    const refused = await failure(client.request('echo', 1));
    assert.equal(refused.code, 'process/unavailable');
    assert.equal(
      refused.message,
      'The test process is not running. The test process ended unexpectedly (exit code 3).',
    );
    assert.match(refused.remedy ?? '', /^Run 'TSynD: Restart Processes'/);
    client.warmUp();
    assert.equal(client.status.health, 'failed');
    assert.equal(lines.length, said);

    // The crashes of before are forgotten.
    assert.equal((await failure(client.restart())).code, 'process/unavailable');
    assert.equal(client.status.health, 'crashed');
  });

  test('now and then is not too often', async () => {
    const { client } = supervise('worker.mjs', { crashes: 2, crashWindowMs: 0 });
    for (let time = 0; time < 4; time++) {
      await failure(client.request('exit', 1));
      assert.equal(client.status.health, 'crashed');
    }
  });

  test('without a request under way is seen, too', async () => {
    const { client } = supervise();
    const pid = await client.request('pid', null);
    process.kill(pid, 'SIGKILL');
    await waitUntil('the status tells', () => client.status.health === 'crashed');
  });

  test('right after an answer: the answer arrives', async () => {
    const { client } = supervise();
    assert.equal(await client.request('answerAndExit', 'in time'), 'in time');
    await waitUntil('the status tells', () => client.status.health === 'crashed');
  });

  test('a process that closes its channel and lives on is killed', async () => {
    const { client } = supervise('worker.mjs', { stopMs: 100 });
    const pid = await client.request('pid', null);
    assert.equal((await failure(client.request('disconnect', null))).code, 'process/exited');
    assert.ok(!isAlive(pid));
  });
});

test('garbage on the pipe and lines on stdout are logged, and change nothing', async () => {
  const { client, lines } = supervise();
  assert.equal(await client.request('garbage', null), 'still here');
  assert.equal(await client.request('echo', 'on we go'), 'on we go');
  await waitUntil('the line arrives', () => lines.includes('noise on stdout'));
  assert.deepEqual(
    lines.filter((line) => line.includes('garbage')),
    [
      'The test process sent garbage: "rubbish"',
      'The test process sent garbage: 17',
      'The test process sent garbage: {"type":"unheardOf"}',
      'The test process sent garbage: {"type":"result","id":4711,"ok":true}',
    ],
  );
});

describe('stopping', () => {
  test('lets the process end what it was asked for', async () => {
    const { client, lines, health } = supervise();
    const pid = await client.request('pid', null);
    const waiting = failure(client.request('wait', null));
    await client.stop();
    assert.equal((await waiting).code, 'cancelled');
    assert.ok(lines.includes('ending in peace'));
    assert.ok(!isAlive(pid));
    assert.deepEqual(health(), ['starting', 'ready', 'idle']);
  });

  test('kills it where it does not end', async () => {
    const { client, lines } = supervise('worker.mjs', { stopMs: 100 });
    await client.request('becomeDeaf', null);
    const waiting = failure(client.request('wait', null));
    await client.stop();
    const error = await waiting;
    assert.equal(error.code, 'process/exited');
    assert.equal(error.message, 'The test process was stopped.');
    assert.ok(lines.includes('The test process did not end within 0.1 s and is killed.'));
    assert.deepEqual(client.status, { health: 'idle' });
  });

  test('does not wait for one that has not started', async () => {
    const { client } = supervise('hangAtStart.mjs');
    const request = failure(client.request('echo', 1));
    await client.stop();
    assert.equal((await request).message, 'The test process was stopped.');
    assert.deepEqual(client.status, { health: 'idle' });
  });

  test('twice at once, or with nothing to stop, is fine', async () => {
    const { client } = supervise();
    await client.stop();
    await client.request('echo', 1);
    await Promise.all([client.stop(), client.stop()]);
    assert.deepEqual(client.status, { health: 'idle' });
  });

  test('what is asked meanwhile is answered by the next process', async () => {
    const { client, health } = supervise();
    const before = await client.request('pid', null);
    const stopping = client.stop();
    const next = client.request('pid', null);
    await stopping;
    assert.notEqual(await next, before);
    assert.deepEqual(health(), ['starting', 'ready', 'idle', 'starting', 'ready']);
  });

  test('restart ends the process and starts another one', async () => {
    const { client, health } = supervise();
    const before = await client.request('pid', null);
    await client.restart();
    assert.equal(client.status.health, 'ready');
    assert.notEqual(await client.request('pid', null), before);
    assert.ok(!isAlive(before));
    assert.deepEqual(health(), ['starting', 'ready', 'idle', 'starting', 'ready']);
  });
});
