import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { DEFAULT_ADVERSARIAL, DEFAULT_SALIENCY, type MapBatch } from '../../../src/protocol/explanations.ts';
import { MapCache, mapsOf, type MapKey } from '../../../webview/gallery/mapCache.ts';

const SALIENCY = mapsOf('synthetic', { kind: 'saliency', choices: DEFAULT_SALIENCY });

const BATCH: MapBatch = {
  values: Float32Array.of(1, 2, 3, 4),
  width: 2,
  height: 1,
  // The maps of the second and third image that were asked for, in another order.
  found: [2, 1],
  facts: [
    { target: 0, probability: 0.2 },
    { target: 1, probability: 0.4 },
  ],
  missing: [{ index: 0, reason: 'It is gone.' }],
};

const keys = (...ids: string[]): MapKey[] => ids.map((id) => ({ of: SALIENCY, id }));

async function answered(batch: MapBatch): Promise<{ cache: MapCache; attempts: number[] }> {
  const attempts: number[] = [];
  const cache = new MapCache({
    fetch: () => Promise.resolve(batch),
    onChange: () => undefined,
    delay: (ms) => attempts.push(ms),
  });
  cache.want(keys('a', 'b', 'c'), []);
  await new Promise((resolve) => setImmediate(resolve));
  return { cache, attempts };
}

describe('MapCache', () => {
  test('gives each image its own map, facts or reason', async () => {
    const { cache } = await answered(BATCH);
    const [a, b, c] = keys('a', 'b', 'c');
    assert.deepEqual(cache.get(a), { missing: 'It is gone.' });
    const { values, facts } = cache.get(b)!.value!;
    assert.deepEqual([values, facts], [Float32Array.of(3, 4), BATCH.facts[1]]);
    const other = cache.get(c)!.value!.values;
    assert.deepEqual(other, Float32Array.of(1, 2));
    // Not the memory of the whole batch for one of its maps.
    assert.equal(other.buffer.byteLength, 8);
    assert.equal(cache.sizeBytes, 16);
  });

  test('refuses a batch with fewer values or facts than maps', async () => {
    for (const wrong of [{ values: new Float32Array(3) }, { facts: [] }]) {
      const { cache, attempts } = await answered({ ...BATCH, ...wrong });
      assert.equal(cache.get(keys('b')[0]), undefined);
      assert.deepEqual(attempts, [1000]);
    }
  });

  test('keeps maps of different requests and images apart', async () => {
    const { cache } = await answered(BATCH);
    for (const other of [
      mapsOf('source', { kind: 'saliency', choices: DEFAULT_SALIENCY }),
      mapsOf('synthetic', { kind: 'saliency', choices: { ...DEFAULT_SALIENCY, sign: 'raw' } }),
      mapsOf('synthetic', { kind: 'saliency', choices: { ...DEFAULT_SALIENCY, target: 1 } }),
      mapsOf('synthetic', { kind: 'adversarial', choices: DEFAULT_ADVERSARIAL }),
    ]) {
      assert.equal(cache.get({ of: other, id: 'b' }), undefined);
    }
    const same = mapsOf('synthetic', { kind: 'saliency', choices: { ...DEFAULT_SALIENCY } });
    assert.ok(cache.get({ of: same, id: 'b' })?.value);
  });
});
