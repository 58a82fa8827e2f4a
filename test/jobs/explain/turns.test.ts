import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Turns } from '../../../src/jobs/explain/turns.ts';

test('one piece of work at a time, urgent ones first, the others in their order', async () => {
  const turns = new Turns();
  const order: string[] = [];
  let busy = 0;
  const work = (name: string) => async (): Promise<string> => {
    assert.equal(++busy, 1);
    order.push(name);
    await sleep(1);
    busy--;
    return name;
  };
  const results = await Promise.all([
    turns.take(false, work('background 1')),
    turns.take(false, work('background 2')),
    turns.take(true, work('pointer 1')),
    turns.take(true, work('pointer 2')),
  ]);
  assert.deepEqual(order, ['background 1', 'pointer 1', 'pointer 2', 'background 2']);
  assert.deepEqual(results, ['background 1', 'background 2', 'pointer 1', 'pointer 2']);
});

test('work that fails is told to whoever asked for it, and the next one is done', async () => {
  const turns = new Turns();
  const failing = turns.take(false, () => Promise.reject(new Error('no')));
  const next = turns.take(false, () => Promise.resolve('yes'));
  await assert.rejects(failing, /no/);
  assert.equal(await next, 'yes');
});

test('work that throws before its first wait rejects, and holds nobody up', async () => {
  const turns = new Turns();
  const failing = turns.take(false, () => {
    throw new Error('at once');
  });
  await assert.rejects(failing, /at once/);
  assert.equal(await turns.take(false, () => 'next'), 'next');
});
