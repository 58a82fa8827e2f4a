import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import type { SampleDetails } from '../../../src/protocol/sampleTable.ts';
import { SampleLoader } from '../../../webview/gallery/sampleLoader.ts';

function detailsOf(id: string): SampleDetails {
  const source = { path: '/data.npz', index: 0, exists: true };
  return { id, record: { id }, probsBefore: [1], probsAfter: [1], source };
}

function setUp(): {
  loader: SampleLoader;
  asked: { id: string; signal: AbortSignal; resolve: () => Promise<void>; reject: () => Promise<void> }[];
} {
  const asked: ReturnType<typeof setUp>['asked'] = [];
  const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  const fetch = (id: string, signal: AbortSignal): Promise<SampleDetails> =>
    new Promise((resolve, reject) => {
      asked.push({
        id,
        signal,
        resolve: () => {
          resolve(detailsOf(id));
          return settled();
        },
        reject: () => {
          reject(new Error(`No ${id}.`));
          return settled();
        },
      });
    });
  return { loader: new SampleLoader(fetch, () => undefined), asked };
}

describe('SampleLoader', () => {
  test('never shows the answer for one sample with another', async () => {
    const { loader, asked } = setUp();
    loader.show('s1');
    loader.show('s2');
    assert.equal(asked[0].signal.aborted, true);
    await asked[1].resolve();
    await asked[0].resolve();
    assert.deepEqual(loader.sample, { kind: 'loaded', id: 's2', details: detailsOf('s2') });
  });

  test('asks once for the same sample, and again after a failure', async () => {
    const { loader, asked } = setUp();
    loader.show('s1');
    loader.show('s1');
    assert.equal(asked.length, 1);
    await asked[0].reject();
    assert.equal(loader.sample.kind === 'failed' && loader.sample.error.message, 'No s1.');
    loader.retry();
    assert.equal(loader.sample.kind, 'loading');
    await asked[1].resolve();
    assert.equal(loader.sample.kind, 'loaded');
  });

  test('forgets a sample that is not looked at any more', async () => {
    const { loader, asked } = setUp();
    loader.show('s1');
    loader.show(undefined);
    await asked[0].reject();
    assert.deepEqual(loader.sample, { kind: 'none' });
  });
});
