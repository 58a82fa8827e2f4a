import assert from 'node:assert/strict';
import path from 'node:path';
import { after, test } from 'node:test';

import { OnnxRuntimeDevice } from '../../src/engine/devices/onnxRuntimeDevice.ts';
import { generate, resume } from '../../src/jobs/generate.ts';
import { TsyndError } from '../../src/protocol/errors.ts';
import type { GenerateSettings } from '../../src/protocol/settings.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';
import { fingerprint, runToEnd, tinyRun, TINY_SETTINGS, writeTinyDataset } from '../support/tinyRun.ts';
import { withoutState } from '../support/withoutState.ts';

// Runs on a device whose results do not stay on it, as CUDA's and DirectML's do not: many steps are put into one program.

const folder = temporaryFolder();
const out = path.join(folder, 'runs');
const datasetPath = writeTinyDataset(path.join(folder, 'binary.npz'));
const cpu = new OnnxRuntimeDevice('cpu', { threads: 1 });
after(() => cpu.dispose());

function request(change: Partial<GenerateSettings>, longestLoop?: number) {
  const { device, loops } = withoutState(cpu, longestLoop);
  const opened = { device, threads: 1 };
  return {
    loops,
    opened,
    job: { datasetPath, settings: { ...TINY_SETTINGS, ...change }, device: 'cpu', out, opened },
  } as const;
}

const STEPS = { ...TINY_SETTINGS.generation, steps: 3, maxChange: 0.5 };

for (const [method, change, longestLoop, expected] of [
  // Five steps of the autoencoder an epoch; batches of 16, 16 and 8 of the classifier.
  ['baseline', { count: 0 }, undefined, [2]],
  ['mixup', { count: 0 }, 2, [2]],
  // Latents of the classifier's two sizes of batch, and of samples; loops of three steps are cut in two.
  ['mi', {}, undefined, [5, 2, 2, 2]],
  ['entropy', { generation: STEPS }, 2, [2, 2, 2, 2]],
  ['pixel-adversarial', { count: 0 }, undefined, [15, 15]],
] as const) {
  test(`${method}: a run in loops${longestLoop ? ` of at most ${longestLoop}` : ''} has the bytes of one without`, async () => {
    const usual = await tinyRun(datasetPath, out, { method, ...change });
    const { job, loops } = request({ method, ...change }, longestLoop);
    const { result, events } = await runToEnd(generate(job));
    assert.deepEqual(fingerprint(result.folder), fingerprint(usual.folder));
    assert.deepEqual(loops, expected);
    const done = events.flatMap((event) =>
      event.type === 'progress' && event.unit === 'steps' ? [event] : [],
    );
    assert.equal(done.at(-1)?.done, done.at(-1)?.total);
  });
}

test('a run in loops that is stopped and resumed ends in the same bytes', async () => {
  const usual = await tinyRun(datasetPath, out, { method: 'baseline' });
  const { job, opened } = request({ method: 'baseline' });
  const folders = new Set<string>();
  let runPath = '';
  // Within the autoencoder's second epoch, and the classifier's.
  for (const [stage, stopAt] of [
    ['autoencoder', 6],
    ['classifier', 4],
  ] as const) {
    const events = runPath ? resume({ runPath, opened }) : generate(job);
    for await (const event of events) {
      if (event.type === 'run') runPath = event.folder;
      if (event.type === 'progress' && event.stage === stage && event.done >= stopAt) break;
    }
    folders.add(runPath);
  }
  assert.equal(folders.size, 1);
  await runToEnd(resume({ runPath, opened }));
  assert.deepEqual(fingerprint(runPath), fingerprint(usual.folder));
});

test('a loss that is not a number is reported with its own step, in loops as without', async () => {
  // The first step's loss is finite, and its weights are not.
  const classifier = { ...TINY_SETTINGS.classifier, learningRate: 1e30, duration: { epochs: 1 } };
  const change = { method: 'baseline', count: 0, classifier } as const;
  const failures: unknown[] = [];
  for (const run of [
    () => tinyRun(datasetPath, out, change),
    () => runToEnd(generate(request(change).job)),
  ]) {
    await assert.rejects(run(), (error) => {
      assert.ok(error instanceof TsyndError && error.code === 'training/diverged');
      failures.push([error.message, error.details]);
      return true;
    });
  }
  assert.deepEqual(failures[1], failures[0]);
  assert.match(String(failures[0]), /at step [23]\./);
});
