import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';

import { OnnxRuntimeDevice } from '../../src/engine/devices/onnxRuntimeDevice.ts';
import { generate, resume } from '../../src/jobs/generate.ts';
import { TsyndError } from '../../src/protocol/errors.ts';
import { RunFolder } from '../../src/runs/runFolder.ts';
import { failingDevice } from '../support/failingDevice.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';
import { fingerprint, runToEnd, tinyRun, TINY_SETTINGS, writeTinyDataset } from '../support/tinyRun.ts';

const folder = temporaryFolder();
const out = path.join(folder, 'runs');
const datasetPath = writeTinyDataset(path.join(folder, 'tiny.npz'));

/** A run on a device that fails at its `run`-th run; returns the run's folder and the error. */
async function failedRun(
  run: number,
  failure: 'lost' | 'out-of-memory',
): Promise<{ folder: string; error: TsyndError }> {
  const device = new OnnxRuntimeDevice('cpu', { threads: 1 });
  const opened = { device: failingDevice(device, run, failure), threads: 1 };
  let runFolder = '';
  try {
    const request = { datasetPath, settings: TINY_SETTINGS, device: 'cpu', threads: 1, out, opened } as const;
    for await (const event of generate(request)) if (event.type === 'run') runFolder = event.folder;
  } catch (error) {
    assert.ok(error instanceof TsyndError, String(error));
    return { folder: runFolder, error };
  } finally {
    await device.dispose();
  }
  throw new Error(`The run ended before the device's run ${run}.`);
}

test('a run whose device is lost goes on from its checkpoint to the same bytes', async () => {
  const uninterrupted = fingerprint((await tinyRun(datasetPath, out)).folder);
  // In the autoencoder's second step, and in the classifier's training.
  for (const run of [2, 30]) {
    const { folder: runPath, error } = await failedRun(run, 'lost');
    assert.equal(error.code, 'device/lost');
    assert.match(error.message, /^The device was lost: .+\[Device\] is lost\.$/);
    assert.match(error.remedy ?? '', /resumed/);
    const { manifest } = await RunFolder.open(runPath);
    assert.equal(manifest.status, 'failed');
    assert.match(manifest.error ?? '', /The device was lost/);
    await runToEnd(resume({ runPath }));
    assert.deepEqual(fingerprint(runPath), uninterrupted);
  }
});

test('a device without memory says so, and what to do', async () => {
  const { error } = await failedRun(3, 'out-of-memory');
  assert.equal(error.code, 'device/out-of-memory');
  assert.match(error.remedy ?? '', /smaller batch/);
});
