import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LruCache } from '../../../src/jobs/library/lruCache.ts';

/** A cache of lengths, and what was loaded. */
function makeCache(limit: number) {
  const loads: string[] = [];
  const cache = new LruCache<string>(limit, (value) => value.length);
  const get = (key: string, length = 1) =>
    cache.get(key, () => {
      loads.push(key);
      return Promise.resolve('x'.repeat(length));
    });
  return { cache, loads, get };
}

test('keeps what was used last, as long as it fits', async () => {
  const { loads, get } = makeCache(4);
  for (const key of ['a', 'b', 'c']) await get(key, 2);
  assert.deepEqual(loads, ['a', 'b', 'c']);
  await get('b', 2);
  await get('d', 2);
  await get('b', 2);
  assert.deepEqual(loads, ['a', 'b', 'c', 'd'], 'b was used after c');
  await get('c', 2);
  assert.deepEqual(loads, ['a', 'b', 'c', 'd', 'c']);
});

test('keeps one value that is too large for it, and lets it go for the next', async () => {
  const { loads, get } = makeCache(4);
  await get('a', 9);
  await get('a', 9);
  assert.deepEqual(loads, ['a']);
  await get('b', 1);
  await get('a', 9);
  assert.deepEqual(loads, ['a', 'b', 'a']);
});

test('loads once for all who ask at the same time, and again after a failure', async () => {
  const { cache, loads, get } = makeCache(4);
  assert.deepEqual(await Promise.all([get('a'), get('a')]), ['x', 'x']);
  assert.deepEqual(loads, ['a']);
  await assert.rejects(
    cache.get('b', () => Promise.reject(new Error('no'))),
    /no/,
  );
  assert.equal(await get('b'), 'x');
});

test('finds what is there without loading it, and keeps what was found longest', async () => {
  const { cache, loads, get } = makeCache(2);
  assert.equal(cache.find('a'), undefined);
  await get('a', 1);
  await get('b', 1);
  assert.equal(await cache.find('a'), 'x');
  await get('c', 1);
  assert.equal(cache.find('b'), undefined, 'a was found after b was loaded');
  assert.equal(await cache.find('a'), 'x');
  assert.deepEqual(loads, ['a', 'b', 'c']);
});
