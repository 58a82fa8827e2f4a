import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { TsyndError } from '../../../src/protocol/errors.ts';
import type { GalleryImage } from '../../../src/protocol/galleryApi.ts';
import type { ImageBatch } from '../../../src/protocol/imageData.ts';
import { ImageCache, type ImageCacheOptions, type ImageKey } from '../../../webview/gallery/imageCache.ts';

interface Asked {
  readonly ids: readonly string[];
  readonly of: GalleryImage;
  readonly signal: AbortSignal;
  readonly answer: (batch?: Partial<ImageBatch>) => Promise<void>;
  readonly fail: (error: Error) => Promise<void>;
}

/** Images of 2 x 2 px whose every pixel is the number in their id. */
function batchOf(ids: readonly string[]): ImageBatch {
  const pixels = Uint8Array.from(ids.flatMap((id) => [0, 0, 0, 0].map(() => Number(id.slice(1)))));
  return { ids, pixels, width: 2, height: 2, channels: 1, missing: [] };
}

/** A cache with its requests, which a test answers, and its clock, which a test moves. */
function setUp(options: Partial<ImageCacheOptions> = {}): {
  cache: ImageCache;
  asked: Asked[];
  delays: { ms: number; callback: () => void }[];
  changes: () => number;
} {
  const asked: Asked[] = [];
  const delays: { ms: number; callback: () => void }[] = [];
  let changes = 0;
  // What the cache does with an answer, it has done after this.
  const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  const cache = new ImageCache({
    batchSize: 2,
    delay: (ms, callback) => delays.push({ ms, callback }),
    onChange: () => changes++,
    fetch: (ids, of, signal) =>
      new Promise((resolve, reject) => {
        asked.push({
          ids,
          of,
          signal,
          answer: (batch) => {
            resolve({ ...batchOf(ids), ...batch });
            return settled();
          },
          fail: (error) => {
            reject(error);
            return settled();
          },
        });
      }),
    ...options,
  });
  return { cache, asked, delays, changes: () => changes };
}

const keys = (...ids: string[]): ImageKey[] => ids.map((id) => ({ of: 'synthetic', id }));
const idsOf = (asked: readonly Asked[]): (readonly string[])[] => asked.map(({ ids }) => ids);

describe('ImageCache', () => {
  test('asks for what is on the screen first, two batches at once, then for the margin', async () => {
    const { cache, asked } = setUp();
    cache.want(keys('i1', 'i2', 'i3'), keys('i4', 'i5'));
    assert.deepEqual(idsOf(asked), [['i1', 'i2'], ['i3']]);
    await asked[0].answer();
    assert.deepEqual(idsOf(asked).slice(2), [['i4', 'i5']]);
    assert.equal(cache.get({ of: 'synthetic', id: 'i2' })?.value?.pixels[3], 2);
    assert.equal(cache.get({ of: 'synthetic', id: 'i3' }), undefined);
  });

  test('asks for nothing twice', async () => {
    const { cache, asked, changes } = setUp();
    cache.want(keys('i1', 'i1', 'i2'), keys('i1'));
    cache.want(keys('i1', 'i2'), []);
    await asked[0].answer();
    cache.want(keys('i2', 'i1'), []);
    assert.deepEqual(idsOf(asked), [['i1', 'i2']]);
    assert.equal(changes(), 1);
  });

  test('asks for one layer at a time', () => {
    const { cache, asked } = setUp();
    cache.want([{ of: 'source', id: 'i1' }, ...keys('i1'), { of: 'source', id: 'i2' }], []);
    assert.deepEqual(
      asked.map(({ of, ids }) => [of, ids]),
      [
        ['source', ['i1', 'i2']],
        ['synthetic', ['i1']],
      ],
    );
  });

  test('cancels what scrolled away, and does not take its late answer', async () => {
    const { cache, asked, changes } = setUp();
    cache.want(keys('i1', 'i2', 'i3'), []);
    cache.want(keys('i2', 'i8', 'i9'), []);
    assert.deepEqual(
      asked.map(({ signal }) => signal.aborted),
      [false, true],
    );
    await asked[1].answer();
    assert.deepEqual(asked[2].ids, ['i8', 'i9']);
    assert.equal(cache.get({ of: 'synthetic', id: 'i3' }), undefined);
    assert.equal(changes(), 0);
  });

  test('waits for the end of cancelled requests, so that scrolling on and on piles up none', async () => {
    const { cache, asked, delays } = setUp();
    for (let i = 0; i < 100; i++) cache.want(keys(`i${4 * i}`, `i${4 * i + 1}`, `i${4 * i + 2}`), []);
    assert.equal(asked.length, 2);
    await asked[0].fail(new TsyndError('cancelled', 'It was cancelled.'));
    await asked[1].answer();
    assert.deepEqual(idsOf(asked).slice(2), [['i396', 'i397'], ['i398']]);
    assert.deepEqual(delays, []);
  });

  test('asks again for what was cancelled and is wanted again', async () => {
    const { cache, asked } = setUp();
    cache.want(keys('i1'), []);
    cache.want([], []);
    cache.want(keys('i1'), []);
    assert.deepEqual(idsOf(asked), [['i1'], ['i1']]);
    await asked[0].fail(new TsyndError('cancelled', 'It was cancelled.'));
    await asked[1].answer();
    assert.ok(cache.get({ of: 'synthetic', id: 'i1' })?.value);
  });

  test('drops the least recently used beyond its capacity, but nothing that is wanted', async () => {
    const { cache, asked } = setUp({ capacityBytes: 8, batchSize: 1 });
    const have = (): string[] =>
      ['i1', 'i2', 'i3'].filter((id) => cache.get({ of: 'synthetic', id }) !== undefined);
    cache.want(keys('i1', 'i2'), []);
    await asked[0].answer();
    await asked[1].answer();
    cache.get({ of: 'synthetic', id: 'i1' });
    cache.want(keys('i3'), []);
    await asked[2].answer();
    assert.deepEqual(have(), ['i1', 'i3']);
    assert.equal(cache.sizeBytes, 8);
    cache.want(keys('i1', 'i2', 'i3'), []);
    await asked[3].answer();
    assert.deepEqual(have(), ['i1', 'i2', 'i3']);
  });

  test('keeps why an image is missing, until somebody wants to try again', async () => {
    const { cache, asked } = setUp();
    cache.want(keys('i1', 'i2'), []);
    await asked[0].answer({ ...batchOf(['i1']), missing: [{ id: 'i2', reason: 'It is gone.' }] });
    assert.deepEqual(cache.get({ of: 'synthetic', id: 'i2' }), { missing: 'It is gone.' });
    cache.want(keys('i1', 'i2'), []);
    assert.equal(asked.length, 1);
    cache.retry();
    assert.deepEqual(asked[1].ids, ['i2']);
  });

  test('takes an image of which nothing was said as missing, and so does not ask for ever', async () => {
    const { cache, asked } = setUp();
    cache.want(keys('i1', 'i2'), []);
    await asked[0].answer(batchOf(['i1']));
    assert.equal(cache.get({ of: 'synthetic', id: 'i2' })?.value, undefined);
    assert.equal(asked.length, 1);
  });

  test('tries again after an error, later each time, and gives up after three attempts', async () => {
    const { cache, asked, delays } = setUp();
    cache.want(keys('i1'), []);
    const error = new TsyndError('process/exited', 'It is gone.');
    await asked[0].fail(error);
    assert.equal(asked.length, 1);
    assert.equal(cache.troubleOf('synthetic'), undefined);
    delays[0].callback();
    await asked[1].fail(error);
    delays[1].callback();
    await asked[2].fail(error);
    assert.deepEqual(
      delays.map(({ ms }) => ms),
      [1000, 2000],
    );
    assert.equal(cache.troubleOf('synthetic'), 'It is gone.');
    cache.retry();
    await asked[3].answer();
    assert.equal(cache.troubleOf('synthetic'), undefined);
    assert.ok(cache.get({ of: 'synthetic', id: 'i1' })?.value);
  });

  test("one layer's trouble leaves the other alone", async () => {
    const { cache, asked } = setUp();
    cache.want([{ of: 'source', id: 'i1' }, ...keys('i1')], []);
    await asked[0].fail(new Error('No dataset.'));
    await asked[1].answer();
    cache.want([{ of: 'source', id: 'i2' }, ...keys('i2')], []);
    assert.deepEqual(
      asked.map(({ of }) => of),
      ['source', 'synthetic', 'synthetic'],
    );
  });

  test('refuses a batch whose pixels are fewer than it says', async () => {
    const { cache, asked, delays } = setUp();
    cache.want(keys('i1'), []);
    await asked[0].answer({ pixels: new Uint8Array(3) });
    assert.equal(cache.get({ of: 'synthetic', id: 'i1' }), undefined);
    assert.equal(delays.length, 1);
  });

  test('does not keep the memory of a whole batch for one of its images', async () => {
    const { cache, asked } = setUp();
    cache.want(keys('i1', 'i2'), []);
    await asked[0].answer();
    assert.equal(cache.get({ of: 'synthetic', id: 'i1' })?.value?.pixels.buffer.byteLength, 4);
  });
});
