import assert from 'node:assert/strict';
import { test } from 'node:test';
import { earlyKey } from '../../../src/protocol/earlyKey.ts';
import { DEFAULT_SALIENCY } from '../../../src/protocol/explanations.ts';
import type { ImagePixels, ImageRef } from '../../../src/protocol/imageData.ts';
import { EarlyAnswers } from '../../../webview/inspector/earlyAnswers.ts';
import { settle } from '../../protocol/memoryPipe.ts';
import { FakeEditor } from './fakeEditor.ts';

const image: ImageRef = { kind: 'file', path: '/data/a.png' };
const PIXELS: ImagePixels = {
  pixels: Uint8Array.of(7),
  width: 1,
  height: 1,
  channels: 1,
  bitDepth: 8,
  format: 'png',
};
const key = earlyKey('inspector/pixels', { image });

function setUp() {
  const editor = new FakeEditor();
  const early = new EarlyAnswers(editor.page);
  early.expect([key]);
  return { editor, early };
}

test('a request is known by its method and parameters, whichever order they have', () => {
  const request = { kind: 'saliency', choices: DEFAULT_SALIENCY } as const;
  const choices = Object.fromEntries(Object.entries(DEFAULT_SALIENCY).reverse());
  const turned = { request: { choices, kind: 'saliency' }, image: { path: '/data/a.png', kind: 'file' } };
  assert.equal(earlyKey('inspector/maps', { image, request }), earlyKey('inspector/maps', turned));
  assert.notEqual(key, earlyKey('inspector/describe', { image }));
  assert.notEqual(key, earlyKey('inspector/pixels', { image: { ...image, path: '/data/b.png' } }));
});

test('what the editor answers by itself is not asked for, whether it comes before or after the question', async () => {
  for (const isFirst of [true, false]) {
    const { editor, early } = setUp();
    if (isFirst) early.receive({ key, value: PIXELS });
    const asked: Promise<ImagePixels> = early.request('inspector/pixels', { image });
    await settle();
    if (!isFirst) early.receive({ key, value: PIXELS });
    assert.equal(await asked, PIXELS);
    assert.deepEqual(editor.open, []);
  }
});

test('it counts once, and for that request only', async () => {
  const { editor, early } = setUp();
  early.receive({ key, value: PIXELS });
  void early.request('inspector/describe', { image }).catch(() => undefined);
  await early.request('inspector/pixels', { image });
  void early.request('inspector/pixels', { image }).catch(() => undefined);
  await settle();
  assert.deepEqual(
    editor.open.map(({ method }) => method),
    ['inspector/describe', 'inspector/pixels'],
  );
});

test('what the editor could not answer is asked for, and says why', async () => {
  const { editor, early } = setUp();
  const asked = early.request('inspector/pixels', { image });
  early.receive({ key });
  await settle();
  editor.take('inspector/pixels').answer(PIXELS);
  assert.deepEqual(await asked, PIXELS);
});

test('what was awaited of the image before ends with it', async () => {
  const { editor, early } = setUp();
  const abort = new AbortController();
  const asked = early.request('inspector/pixels', { image }, { signal: abort.signal });
  early.expect([]);
  abort.abort();
  early.receive({ key, value: PIXELS });
  await assert.rejects(asked, { code: 'cancelled' });
  assert.deepEqual(editor.open, []);
});
