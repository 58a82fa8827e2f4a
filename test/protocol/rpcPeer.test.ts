import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { PROTOCOL_VERSION, type NoApi } from '../../src/protocol/envelope.ts';
import { TsyndError } from '../../src/protocol/errors.ts';
import { RpcPeer, type Handlers, type RpcPeerOptions } from '../../src/protocol/rpcPeer.ts';
import { memoryPipe, settle, type PipeEnd } from './memoryPipe.ts';

interface TestApi {
  readonly double: { readonly params: number; readonly result: number };
  readonly fail: { readonly params: 'person' | 'program' | 'text'; readonly result: null };
  /** Ends when it is cancelled, as the parameter says. */
  readonly wait: { readonly params: 'cancelled' | 'abortError' | 'value'; readonly result: string };
  readonly count: { readonly params: number; readonly result: null; readonly progress: number };
  readonly unsendable: { readonly params: null; readonly result: unknown };
}

const calls: string[] = [];

const handlers: Handlers<TestApi> = {
  double: (value) => {
    calls.push(`double ${value}`);
    return 2 * value;
  },
  fail: (kind) => {
    if (kind === 'person') throw new TsyndError('csv/invalid', 'Line 3 is odd.', { remedy: 'Mend it.' });
    if (kind === 'program') throw new RangeError('Out of range.');
    throw 'a text' as unknown as Error;
  },
  wait: async (how, { signal }) => {
    await aborted(signal);
    if (how === 'value') return 'done all the same';
    if (how === 'abortError') throw new DOMException('This operation was aborted', 'AbortError');
    throw new TsyndError('cancelled', 'The wait was cancelled.');
  },
  count: (to, { progress }) => {
    for (let value = 1; value <= to; value++) progress(value);
    return null;
  },
  unsendable: () => () => undefined,
};

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) =>
    signal.aborted ? resolve() : signal.addEventListener('abort', () => resolve()),
  );
}

interface Pair {
  readonly client: RpcPeer<NoApi, TestApi>;
  readonly server: RpcPeer<TestApi, NoApi, { tick: number }>;
  readonly ends: readonly [PipeEnd, PipeEnd];
}

function connect(clientOptions: RpcPeerOptions = {}, serverOptions: RpcPeerOptions = {}): Pair {
  const ends = memoryPipe();
  const client = new RpcPeer<NoApi, TestApi>(ends[0], {}, clientOptions);
  const server = new RpcPeer<TestApi, NoApi, { tick: number }>(ends[1], handlers, serverOptions);
  return { client, server, ends };
}

/** A server whose other end is written by hand. */
function serve(options: RpcPeerOptions = {}): { end: PipeEnd; page: PipeEnd; server: Pair['server'] } {
  const [page, end] = memoryPipe();
  const server = new RpcPeer<TestApi, NoApi, { tick: number }>(end, handlers, options);
  return { end, page, server };
}

const hello = (protocolVersion = PROTOCOL_VERSION): object => ({
  type: 'hello',
  protocolVersion,
  isReply: false,
});

function results(end: PipeEnd): unknown[] {
  return end.received.filter(
    (message) => typeof message === 'object' && message !== null && 'ok' in message && 'id' in message,
  );
}

describe('a request ends', () => {
  test('with a value', async () => {
    assert.equal(await connect().client.request('double', 21), 42);
  });

  test('with the error that the handler threw, its remedy, and no stack', async () => {
    const { client, ends } = connect();
    await assert.rejects(client.request('fail', 'person'), {
      name: 'TsyndError',
      code: 'csv/invalid',
      message: 'Line 3 is odd.',
      remedy: 'Mend it.',
    });
    assert.doesNotMatch(JSON.stringify(ends[0].received), /rpcPeer\.test/);
  });

  test("with 'internal' for what is no TsyndError, which the server's log sees whole", async () => {
    const seen: unknown[] = [];
    const { client } = connect({}, { onHandlerError: (method, error) => seen.push(method, error) });
    await assert.rejects(client.request('fail', 'program'), { code: 'internal', message: 'Out of range.' });
    assert.equal(seen[0], 'fail');
    assert.ok(seen[1] instanceof RangeError);
    await assert.rejects(client.request('fail', 'text'), { code: 'internal', message: 'a text' });
  });

  test("with 'process/protocol' where the other end has no such method", async () => {
    const [left, right] = memoryPipe();
    const client = new RpcPeer<NoApi, Record<string, { params: null; result: null }>>(left, {});
    new RpcPeer<TestApi, NoApi>(right, handlers);
    for (const method of ['nothing', 'toString', '__proto__']) {
      await assert.rejects(client.request(method, null), {
        code: 'process/protocol',
        message: `There is no method '${method}'.`,
      });
    }
  });

  test("with 'internal' where its parameters or its value cannot be copied", async () => {
    const { client } = connect();
    await assert.rejects(client.request('unsendable', null), {
      code: 'internal',
      message: /could not be sent/,
    });
    const function_ = (() => undefined) as unknown as number;
    await assert.rejects(client.request('double', function_), {
      code: 'internal',
      message: /could not be sent/,
    });
    assert.equal(await client.request('double', 1), 2);
  });

  test('with the error of close, at both ends, and none is taken afterwards', async () => {
    const { client, server, ends } = connect();
    const waiting = client.request('wait', 'value');
    await settle();
    const gone = new TsyndError('process/exited', 'It is gone.');
    client.close(gone);
    await assert.rejects(waiting, gone);
    await assert.rejects(client.request('double', 1), gone);
    server.close(gone);
    await settle();
    // The handler saw the abort and came back, and its value went nowhere.
    assert.deepEqual(results(ends[0]), []);
  });

  test('once, also when close and a result come together', async () => {
    const { client } = connect();
    const settled: string[] = [];
    const request = client.request('double', 1).then(
      () => settled.push('value'),
      () => settled.push('error'),
    );
    client.close(new TsyndError('process/exited', 'It is gone.'));
    client.close(new TsyndError('process/exited', 'It is gone again.'));
    await request;
    await settle();
    assert.deepEqual(settled, ['error']);
  });
});

describe('cancelling', () => {
  for (const how of ['cancelled', 'abortError'] as const) {
    test(`reaches the handler, and the request ends as 'cancelled' (${how})`, async () => {
      const { client } = connect();
      const controller = new AbortController();
      const waiting = client.request('wait', how, { signal: controller.signal });
      await settle();
      controller.abort();
      await assert.rejects(waiting, { name: 'TsyndError', code: 'cancelled' });
    });
  }

  test('that comes too late for the handler leaves its value', async () => {
    const { client } = connect();
    const controller = new AbortController();
    const waiting = client.request('wait', 'value', { signal: controller.signal });
    await settle();
    controller.abort();
    assert.equal(await waiting, 'done all the same');
  });

  test('before the request sends nothing', async () => {
    const { client, ends } = connect();
    await assert.rejects(client.request('double', 1, { signal: AbortSignal.abort() }), { code: 'cancelled' });
    await settle();
    assert.ok(!JSON.stringify(ends[1].received).includes('double'));
  });

  test('before the other end has started takes the request out of the queue', async () => {
    const [left, right] = memoryPipe();
    const client = new RpcPeer<NoApi, TestApi>(left, {});
    const controller = new AbortController();
    const waiting = client.request('double', 77, { signal: controller.signal });
    controller.abort();
    await assert.rejects(waiting, { code: 'cancelled' });
    new RpcPeer<TestApi, NoApi>(right, handlers);
    assert.equal(await client.request('double', 1), 2);
    assert.ok(!calls.includes('double 77'));
  });

  test('of another request leaves this one', async () => {
    const { client } = connect();
    const controller = new AbortController();
    const one = client.request('wait', 'cancelled', { signal: controller.signal });
    const two = client.request('double', 4);
    controller.abort();
    await assert.rejects(one, { code: 'cancelled' });
    assert.equal(await two, 8);
  });
});

describe('progress', () => {
  test('comes in order, keeps the newest, and ends before the result', async () => {
    const { client, ends } = connect();
    const seen: number[] = [];
    await client.request('count', 1000, { onProgress: (value) => seen.push(value) });
    assert.deepEqual(seen, [1, 1000]);
    await settle();
    const types = ends[0].received.map((message) => (message as { type: string }).type);
    assert.deepEqual(types.slice(-3), ['progress', 'progress', 'result']);
  });

  test('that a handler tells after its end goes nowhere', async () => {
    const [left, right] = memoryPipe();
    const client = new RpcPeer<NoApi, TestApi>(left, {});
    let tellLater: (value: number) => void = () => undefined;
    new RpcPeer<TestApi, NoApi>(right, {
      ...handlers,
      count: (_, { progress }) => {
        tellLater = progress;
        return null;
      },
    });
    const seen: number[] = [];
    await client.request('count', 1, { onProgress: (value) => seen.push(value) });
    tellLater(5);
    await settle();
    assert.deepEqual(seen, []);
    assert.ok(!left.received.some((message) => (message as { type: string }).type === 'progress'));
  });
});

describe('starting', () => {
  test('what is asked before the other end has started waits for it', async () => {
    const [left, right] = memoryPipe();
    const client = new RpcPeer<NoApi, TestApi>(left, {});
    const early = client.request('double', 3);
    await settle();
    assert.deepEqual(
      right.received.map((message) => (message as { type: string }).type),
      ['hello'],
    );
    new RpcPeer<TestApi, NoApi>(right, handlers);
    assert.equal(await early, 6);
  });

  test('each end is told once that the other has started, whoever comes first', async () => {
    const ready: string[] = [];
    connect({ onReady: () => ready.push('client') }, { onReady: () => ready.push('server') });
    await settle();
    assert.deepEqual(ready.sort(), ['client', 'server']);
  });

  test('a page that is reloaded: what it had asked for is aborted and not answered', async () => {
    const ready: string[] = [];
    const { end, page } = serve({ onReady: () => ready.push('ready') });
    end.inject(hello());
    end.inject({ type: 'request', id: 1, method: 'wait', params: 'value' });
    await settle();
    end.inject(hello());
    // The new page counts from 1 again.
    end.inject({ type: 'request', id: 1, method: 'double', params: 5 });
    await settle();
    assert.deepEqual(results(page), [{ type: 'result', id: 1, ok: true, value: 10 }]);
    assert.equal(ready.length, 2);
  });

  test('a page that is reloaded: what it was asked for ends, and what is asked then is answered', async () => {
    const [host, page] = memoryPipe();
    const client = new RpcPeer<NoApi, TestApi>(host, {});
    new RpcPeer<TestApi, NoApi>(page, handlers);
    const former = client.request('wait', 'value');
    await settle();
    host.inject(hello());
    await assert.rejects(former, { code: 'process/exited', message: /started anew/ });
    assert.equal(await client.request('double', 2), 4);
  });

  test('another version of the protocol refuses everything, and tells the other end its own', async () => {
    const mismatches: TsyndError[] = [];
    const [host, page] = memoryPipe();
    const client = new RpcPeer<NoApi, TestApi>(host, {}, { onMismatch: (error) => mismatches.push(error) });
    const early = client.request('double', 1);
    host.inject(hello(PROTOCOL_VERSION + 1));
    const expected = {
      code: 'process/protocol',
      message: `The other part of TSynD speaks version ${PROTOCOL_VERSION + 1} of the protocol, and this one ${PROTOCOL_VERSION}.`,
      remedy: /Reload the window/,
    };
    await assert.rejects(early, expected);
    await assert.rejects(client.request('double', 1), expected);
    assert.equal(mismatches.length, 1);
    await settle();
    const hellos = page.received.map((message) => (message as { isReply: boolean }).isReply);
    assert.deepEqual(hellos, [false, true]);
  });
});

test('garbage is told and changes nothing', async () => {
  const garbage: unknown[] = [];
  const { client, ends } = connect({ onGarbage: (message) => garbage.push(message) });
  const rubbish = [
    undefined,
    null,
    'hello',
    17,
    [],
    {},
    { type: 'hello' },
    { type: 'hello', protocolVersion: '1', isReply: false },
    { type: 'request', id: 'a', method: 'double' },
    { type: 'result', id: 1 },
    { type: 'result', id: 1, ok: false },
    { type: 'result', id: 1, ok: false, error: { code: 3, message: 'x' } },
    { type: 'result', id: 99, ok: true, value: 1 },
    { type: 'progress' },
    { type: 'event', name: 5 },
    { type: 'unheardOf', id: 1 },
  ];
  const waiting = client.request('double', 8);
  for (const message of rubbish) ends[0].inject(message);
  assert.equal(await waiting, 16);
  assert.deepEqual(garbage, rubbish);
});

test('a second answer to a request is garbage', async () => {
  const garbage: unknown[] = [];
  const { client, ends } = connect({ onGarbage: (message) => garbage.push(message) });
  await client.request('double', 8);
  const [answer] = results(ends[0]);
  ends[0].inject(answer);
  assert.deepEqual(garbage, [answer]);
});

test('a request with an id that is in use already is garbage', async () => {
  const garbage: unknown[] = [];
  const { end, page } = serve({ onGarbage: (message) => garbage.push(message) });
  end.inject(hello());
  end.inject({ type: 'request', id: 1, method: 'wait', params: 'value' });
  end.inject({ type: 'request', id: 1, method: 'double', params: 2 });
  end.inject({ type: 'cancel', id: 1 });
  await settle();
  assert.equal(garbage.length, 1);
  assert.deepEqual(results(page), [{ type: 'result', id: 1, ok: true, value: 'done all the same' }]);
});

test('events reach those who listen, until they do not any more', async () => {
  const [left, right] = memoryPipe();
  const listener = new RpcPeer<NoApi, NoApi, object, { tick: number }>(left, {});
  const speaker = new RpcPeer<NoApi, NoApi, { tick: number }>(right, {});
  const heard: number[] = [];
  const stop = listener.on('tick', (value) => heard.push(value));
  speaker.emit('tick', 1);
  await settle();
  stop();
  speaker.emit('tick', 2);
  await settle();
  assert.deepEqual(heard, [1]);
});

test('draining aborts what runs, lets its results out, and refuses more', async () => {
  const { client, server } = connect();
  const running = client.request('wait', 'cancelled');
  await settle();
  const drained = server.drain();
  const late = client.request('double', 1);
  await assert.rejects(running, { code: 'cancelled' });
  await assert.rejects(late, { code: 'process/unavailable', message: /was ending/ });
  await drained;
});
