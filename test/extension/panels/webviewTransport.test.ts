import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { webviewTransport } from '../../../src/extension/panels/webviewTransport.ts';
import type { Envelope } from '../../../src/protocol/envelope.ts';

interface Reference {
  readonly $$reference: true;
  readonly type: string;
}

/** What the editor does to a message: JSON with the typed arrays taken out, each by its constructor's name. */
function asTheEditorSends(message: unknown): unknown {
  return JSON.parse(
    JSON.stringify(message, (_key, value: unknown) =>
      ArrayBuffer.isView(value)
        ? ({ $$reference: true, type: value.constructor.name } satisfies Reference)
        : value,
    ),
  );
}

function connect(): {
  sent: unknown[];
  send: (envelope: Envelope) => void;
  listeners: ((m: unknown) => void)[];
} {
  const sent: unknown[] = [];
  const listeners: ((message: unknown) => void)[] = [];
  const transport = webviewTransport({
    postMessage: (message) => {
      sent.push(message);
      return Promise.resolve(true);
    },
    onDidReceiveMessage: (listener) => {
      listeners.push(listener);
      return { dispose: () => undefined };
    },
  });
  transport.onMessage((message) => sent.push({ received: message }));
  return { sent, send: (envelope) => transport.send(envelope), listeners };
}

function resultOf(value: unknown): Envelope {
  return { type: 'result', id: 1, ok: true, value };
}

describe('the pipe to a page', () => {
  test("sends Node's buffers as bytes and not as a text of numbers", () => {
    const { sent, send } = connect();
    const whole = Buffer.from([9, 1, 2, 3, 9]);
    send(resultOf({ ids: ['a'], pixels: whole.subarray(1, 4), width: 3 }));
    const [message] = sent as { value: { pixels: Uint8Array; width: number; ids: string[] } }[];
    assert.equal(message.value.pixels.constructor, Uint8Array);
    assert.deepEqual([...message.value.pixels], [1, 2, 3]);
    assert.deepEqual(message.value.ids, ['a']);
    assert.deepEqual((asTheEditorSends(message) as { value: unknown }).value, {
      ids: ['a'],
      pixels: { $$reference: true, type: 'Uint8Array' },
      width: 3,
    });
  });

  test('of an event also those that a part of it holds', () => {
    const { sent, send } = connect();
    send({
      type: 'event',
      name: 'inspector/early',
      value: { key: 'a', value: { pixels: Buffer.from([1, 2]) } },
    });
    const [message] = sent as { value: { key: string; value: { pixels: Uint8Array } } }[];
    assert.equal(message.value.value.pixels.constructor, Uint8Array);
    assert.deepEqual([...message.value.value.pixels], [1, 2]);
    assert.equal(message.value.key, 'a');
  });

  test('leaves typed arrays and everything else as they are', () => {
    const { sent, send } = connect();
    const value = { table: { miAfter: new Float32Array([1, 2]) }, pixels: new Uint16Array([1]), none: null };
    const envelopes: Envelope[] = [
      resultOf(value),
      resultOf(null),
      resultOf('text'),
      { type: 'event', name: 'gallery/changed', value: null },
    ];
    for (const envelope of envelopes) send(envelope);
    assert.equal((sent[0] as { value: unknown }).value, value);
    assert.deepEqual(sent, envelopes);
  });

  test('hands on what the page sends', () => {
    const { sent, listeners } = connect();
    listeners.forEach((listener) => listener({ type: 'hello' }));
    assert.deepEqual(sent, [{ received: { type: 'hello' } }]);
  });

  test('takes a panel that is gone in silence', async () => {
    const transport = webviewTransport({
      postMessage: () => Promise.reject(new Error('Webview is disposed')),
      onDidReceiveMessage: () => ({ dispose: () => undefined }),
    });
    transport.send({ type: 'event', name: 'gallery/changed', value: null });
    // An unhandled rejection would fail the test.
    await new Promise((resolve) => setImmediate(resolve));
  });
});
