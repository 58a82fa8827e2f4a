/** Measured relevance through the built processes: one measures, the other reads what was measured. */
import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { DEFAULT_ADVERSARIAL, DEFAULT_SALIENCY } from '../../src/protocol/explanations.ts';
import { computeProcess, failureOf, libraryProcess } from '../support/processes.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';
import { tinyRun, writeTinyDataset } from '../support/tinyRun.ts';

const folder = temporaryFolder();
const out = path.join(folder, 'runs');
const dataset = writeTinyDataset(path.join(folder, 'tiny.npz'));
const { folder: run } = await tinyRun(dataset, out);
const { folder: against } = await tinyRun(dataset, out, { seed: 8 });
const { client: compute } = computeProcess();
const { client: library } = libraryProcess();

const asked = {
  run,
  split: 'val',
  limit: 6,
  saliency: { ...DEFAULT_SALIENCY, layer: 'layer3' },
  adversarial: { ...DEFAULT_ADVERSARIAL, steps: 2 },
} as const;

test('two runs are compared with progress, and the library reads both reports', async () => {
  assert.deepEqual(await library.request('run/relevance', { run }), []);
  const progress: { done: number; total: number }[] = [];
  const onProgress = (value: { done: number; total: number }): void => void progress.push(value);
  const { report, comparison } = await compute.request(
    'explain/relevance',
    { ...asked, against },
    { onProgress },
  );
  assert.deepEqual(comparison?.first, report);
  assert.deepEqual(await library.request('run/relevance', { run }), [report]);
  assert.deepEqual(await library.request('run/relevance', { run: against }), [comparison.second]);
  assert.ok(progress.length > 0 && progress.every(({ total }) => total === 12));
});

test('measuring can be cancelled between images', async () => {
  const controller = new AbortController();
  const measuring = compute.request('explain/relevance', asked, {
    signal: controller.signal,
    onProgress: () => controller.abort(),
  });
  assert.equal((await failureOf(measuring)).code, 'cancelled');
  assert.equal((await library.request('run/relevance', { run })).length, 1);
});

test('what does not fit is refused', async () => {
  const wrong = { ...asked, limit: 0 };
  assert.equal((await failureOf(compute.request('explain/relevance', wrong))).code, 'settings/invalid');
  const gone = path.join(folder, 'nowhere');
  assert.equal((await failureOf(library.request('run/relevance', { run: gone }))).code, 'run/not-found');
});
