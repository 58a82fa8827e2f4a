import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';

import { ReferenceDevice } from '../../src/engine/devices/referenceDevice.ts';
import { inRunPrecision } from '../../src/jobs/devices/inRunPrecision.ts';
import { generate, resume } from '../../src/jobs/generate.ts';
import { verifyRun } from '../../src/jobs/verifyRun.ts';
import { TsyndError } from '../../src/protocol/errors.ts';
import { makeSettings } from '../../src/protocol/generateChoices.ts';
import { generateSettingsSchema, type GenerateSettings } from '../../src/protocol/settings.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';
import { fingerprint, runToEnd, TINY_SETTINGS, tinyRun, writeTinyDataset } from '../support/tinyRun.ts';

const folder = temporaryFolder();
const out = path.join(folder, 'runs');
const datasetPath = writeTinyDataset(path.join(folder, 'tiny.npz'));
const half = { precision: 'float16' } as const;

/** Starts a run, and stops it after the classifier's first epoch. */
async function interruptedRun(settings: GenerateSettings): Promise<string> {
  let run = '';
  for await (const event of generate({ datasetPath, settings, device: 'cpu', threads: 1, out })) {
    if (event.type === 'run') run = event.folder;
    if (event.type === 'metrics' && event.line.stage === 'classifier' && event.line.split === 'val') break;
  }
  return run;
}

test('a run in half precision has other bytes than one in single, the same again, also when resumed', async () => {
  const single = fingerprint((await tinyRun(datasetPath, out)).folder);
  const whole = fingerprint((await tinyRun(datasetPath, out, half)).folder);
  assert.notEqual(whole['checkpoints/classifier.safetensors'], single['checkpoints/classifier.safetensors']);
  assert.notEqual(
    whole['checkpoints/autoencoder.safetensors'],
    single['checkpoints/autoencoder.safetensors'],
  );

  const run = await interruptedRun({ ...TINY_SETTINGS, ...half });
  const { result } = await runToEnd(resume({ runPath: run }));
  assert.deepEqual(fingerprint(result.folder), whole);
  assert.deepEqual((await verifyRun(result.folder)).different, []);
});

test('settings without a precision are of single precision, and are kept without one', () => {
  const choices = { method: 'mi', preset: 'quick', seed: 0, fraction: 1 } as const;
  assert.ok(!('precision' in makeSettings(choices)));
  assert.ok(!('precision' in makeSettings({ ...choices, precision: 'float32' })));
  assert.equal(makeSettings({ ...choices, ...half }).precision, 'float16');
  assert.deepEqual(generateSettingsSchema.parse(TINY_SETTINGS), TINY_SETTINGS);
});

test('a device without half precision is refused with what to do', async () => {
  await assert.rejects(inRunPrecision(new ReferenceDevice(), 'float16'), (error) => {
    assert.ok(error instanceof TsyndError);
    assert.equal(error.code, 'device/unavailable');
    assert.match(error.message, /'reference' cannot compute in half precision\. .*float64 only/);
    assert.match(error.remedy ?? '', /--precision float32/);
    return true;
  });
});
