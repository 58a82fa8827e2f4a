import assert from 'node:assert/strict';
import { beforeEach, mock, test } from 'node:test';
import { throttleValues } from '../../src/protocol/throttleValues.ts';

let sent: number[] = [];

beforeEach(() => {
  sent = [];
  mock.timers.reset();
  mock.timers.enable({ apis: ['setTimeout'] });
});

test('the first value goes at once, then the newest of each interval', () => {
  const { report } = throttleValues<number>(100, (value) => sent.push(value));
  for (const value of [1, 2, 3]) report(value);
  assert.deepEqual(sent, [1]);
  mock.timers.tick(99);
  assert.deepEqual(sent, [1]);
  mock.timers.tick(1);
  assert.deepEqual(sent, [1, 3]);
  report(4);
  assert.deepEqual(sent, [1, 3]);
  mock.timers.tick(100);
  assert.deepEqual(sent, [1, 3, 4]);
});

test('after a quiet interval a value goes at once again', () => {
  const { report } = throttleValues<number>(100, (value) => sent.push(value));
  report(1);
  mock.timers.tick(100);
  report(2);
  assert.deepEqual(sent, [1, 2]);
});

test('stopping sends what waits, and nothing comes after it', () => {
  const { report, stop } = throttleValues<number>(100, (value) => sent.push(value));
  report(1);
  report(2);
  stop();
  assert.deepEqual(sent, [1, 2]);
  report(3);
  mock.timers.tick(1000);
  assert.deepEqual(sent, [1, 2]);
});
