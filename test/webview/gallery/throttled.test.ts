import assert from 'node:assert/strict';
import { test } from 'node:test';

import { throttled } from '../../../webview/gallery/throttled.ts';

test('throttled passes on the newest value after the interval', (context) => {
  context.mock.timers.enable({ apis: ['setTimeout'] });
  const values: number[] = [];
  const { call } = throttled<number>(100, (value) => values.push(value));
  call(1);
  call(2);
  assert.deepEqual(values, []);
  context.mock.timers.tick(100);
  assert.deepEqual(values, [2]);
  call(3);
  context.mock.timers.tick(100);
  assert.deepEqual(values, [2, 3]);
});

test('throttled flushes what waits, once', (context) => {
  context.mock.timers.enable({ apis: ['setTimeout'] });
  const values: number[] = [];
  const { call, flush } = throttled<number>(100, (value) => values.push(value));
  flush();
  call(1);
  flush();
  context.mock.timers.tick(100);
  assert.deepEqual(values, [1]);
});
