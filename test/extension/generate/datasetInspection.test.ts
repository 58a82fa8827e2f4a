import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';

import { DatasetInspection } from '../../../src/extension/generate/datasetInspection.ts';
import type { ProcessClient } from '../../../src/extension/processes/processClient.ts';
import type { DatasetSummary } from '../../../src/protocol/datasetSummary.ts';
import { TsyndError } from '../../../src/protocol/errors.ts';
import type { LibraryApi } from '../../../src/protocol/libraryApi.ts';
import { exampleSummary } from './exampleSummary.ts';

interface Asked {
  readonly params: unknown;
  readonly signal: AbortSignal | undefined;
  readonly progress: (value: { readonly done: number; readonly total: number }) => void;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** A process that answers when the test says so. */
function processThatWaits(): { readonly process: unknown; readonly asked: Asked[] } {
  const asked: Asked[] = [];
  const process = {
    request: (
      _method: string,
      params: unknown,
      options: { signal?: AbortSignal; onProgress?: Asked['progress'] } = {},
    ) =>
      new Promise((resolve, reject) => {
        const { signal, onProgress } = options;
        asked.push({ params, signal, progress: (value) => onProgress?.(value), resolve, reject });
      }),
  };
  return { process, asked };
}

describe('DatasetInspection', () => {
  const start = (): { inspection: DatasetInspection; asked: Asked[]; states: unknown[] } => {
    const { process, asked } = processThatWaits();
    const inspection = new DatasetInspection(process as ProcessClient<LibraryApi>, '/data/a');
    const states: unknown[] = [];
    inspection.state.onChange(() => states.push(inspection.state.value.kind));
    return { inspection, asked, states };
  };

  test('tells how far it is, and then the summary', async () => {
    const { inspection, asked } = start();
    inspection.start(undefined);
    assert.deepEqual(asked[0].params, { path: '/data/a' });
    asked[0].progress({ done: 3, total: 9 });
    assert.deepEqual(inspection.state.value, { kind: 'reading', done: 3, total: 9 });
    const summary: DatasetSummary = exampleSummary();
    asked[0].resolve(summary);
    await turn();
    assert.deepEqual(inspection.state.value, { kind: 'ready', summary });
  });

  test('the same size is read once, another one anew, and the former reading has nothing to say any more', async () => {
    const { inspection, asked } = start();
    inspection.start(undefined);
    inspection.start(undefined);
    assert.equal(asked.length, 1);
    inspection.start(32);
    assert.deepEqual(asked[1].params, { path: '/data/a', imageSize: 32 });
    assert.equal(asked[0].signal?.aborted, true);
    asked[0].resolve(exampleSummary({ imageSize: 28 }));
    asked[0].progress({ done: 1, total: 1 });
    await turn();
    assert.deepEqual(inspection.state.value, { kind: 'reading', done: 0, total: undefined });
    asked[1].resolve(exampleSummary({ imageSize: 32 }));
    await turn();
    assert.ok(inspection.state.value.kind === 'ready' && inspection.state.value.summary.imageSize === 32);
  });

  test('a failure is told, and can be tried again', async () => {
    const { inspection, asked } = start();
    inspection.start(undefined);
    const error = new TsyndError('dataset/invalid', 'It is empty.');
    asked[0].reject(error);
    await turn();
    assert.deepEqual(inspection.state.value, { kind: 'failed', error });
    inspection.start(undefined);
    assert.equal(asked.length, 2);
    asked[1].resolve(exampleSummary());
    await turn();
    assert.equal(inspection.state.value.kind, 'ready');
  });

  test('once cancelled it says no more', async () => {
    const { inspection, asked, states } = start();
    inspection.start(undefined);
    inspection.cancel();
    assert.equal(asked[0].signal?.aborted, true);
    asked[0].reject(new TsyndError('cancelled', 'Cancelled.'));
    await turn();
    assert.deepEqual(states, ['reading']);
  });
});
