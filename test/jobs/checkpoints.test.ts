import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';

import { decodeSafetensors, readSafetensors, writeSafetensors } from '../../src/data/safetensors.ts';
import { randomKey } from '../../src/engine/random.ts';
import { readClassifier, writeClassifier } from '../../src/jobs/checkpoints.ts';
import { evaluateRun } from '../../src/jobs/evaluateRun.ts';
import { readResumeState, writeResumeState } from '../../src/jobs/resumeState.ts';
import { declareClassifier, type ClassifierConfig } from '../../src/models/classifier.ts';
import { initializeModel, type ModelState } from '../../src/nn/modelState.ts';
import { TsyndError } from '../../src/protocol/errors.ts';
import { runPaths } from '../../src/runs/runFolder.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';
import { tinyRun, writeTinyDataset } from '../support/tinyRun.ts';

const folder = temporaryFolder();
const config: ClassifierConfig = {
  architecture: 'resnet18',
  head: 'default',
  width: 4,
  imageSize: 28,
  inChannels: 1,
  numClasses: 2,
};
const state = initializeModel(declareClassifier(config), randomKey(1));

/** Names that runs were written with before those of torchvision. */
function withEarlierNames(
  tensors: ModelState,
): Map<string, ModelState extends ReadonlyMap<string, infer T> ? T : never> {
  return new Map(
    [...tensors].map(([name, tensor]) => [
      name.replace('.downsample.', '.shortcut.').replace(/\bfc\./, 'linear.'),
      tensor,
    ]),
  );
}

const EARLIER_CONFIG = { architecture: 'resnet18', width: 4, inChannels: 1, numClasses: 2 };

async function writeEarlier(
  file: string,
  tensors: ModelState,
  fields: object = EARLIER_CONFIG,
): Promise<void> {
  await writeSafetensors(file, withEarlierNames(tensors), { config: JSON.stringify(fields) });
}

async function assertRefused(file: string, asked: ClassifierConfig, message: RegExp): Promise<void> {
  await assert.rejects(
    readClassifier(file, asked),
    (error) => error instanceof TsyndError && error.code === 'run/corrupt' && message.test(error.message),
  );
}

test('a classifier is read as it was written', async () => {
  const file = path.join(folder, 'classifier.safetensors');
  await writeClassifier(file, config, state);
  assert.deepEqual(await readClassifier(file, config), state);
  assert.equal(await readClassifier(path.join(folder, 'none.safetensors'), config), undefined);
});

test('a classifier of an earlier version is read under the names of today', async () => {
  const file = path.join(folder, 'earlier.safetensors');
  await writeEarlier(file, state);
  const { tensors } = await readSafetensors(file);
  assert.ok(tensors.has('linear.weight') && tensors.has('layer2.0.shortcut.0.weight'));
  assert.deepEqual(await readClassifier(file, config), state);
});

test('a classifier of other settings is refused', async () => {
  const file = path.join(folder, 'other.safetensors');
  await writeClassifier(file, config, state);
  await assertRefused(file, { ...config, architecture: 'densenet121' }, /other settings .*resnet18/);
  await assertRefused(file, { ...config, head: 'simple' }, /other settings/);
  await assertRefused(file, { ...config, imageSize: 32 }, /other settings/);
  await writeEarlier(file, state);
  await assertRefused(file, { ...config, head: 'complex' }, /other settings/);
  await assertRefused(file, { ...config, width: 8 }, /other settings/);
  await writeSafetensors(file, state, { config: '{' });
  await assertRefused(file, config, /other settings/);
});

test('an earlier classifier of large images, which had no stem for them, is refused by its tensors', async () => {
  const file = path.join(folder, 'large.safetensors');
  await writeEarlier(file, state);
  await assertRefused(
    file,
    { ...config, imageSize: 224 },
    /'conv1\.weight' is \[4, 1, 3, 3\], not \[4, 1, 7, 7\]/,
  );
});

test('training of an earlier version goes on under the names of today', async () => {
  const paths = { ...runPaths(folder), resumeState: path.join(folder, 'resume.safetensors') };
  const withMoments = new Map(state);
  for (const [name, tensor] of state) withMoments.set(`optimizer.firstMoment.${name}`, tensor);
  const progress = { stage: 'classifier', epoch: 1, steps: 3, seconds: 2 } as const;
  await writeResumeState(paths, {
    progress,
    training: withEarlierNames(withMoments),
    best: withEarlierNames(state),
  });
  const resumed = await readResumeState(paths, 'classifier');
  assert.deepEqual(resumed, { progress, training: withMoments, best: state });
});

test('a run of an earlier version is evaluated as before', async () => {
  const dataset = writeTinyDataset(path.join(folder, 'data.npz'));
  const { folder: run } = await tinyRun(dataset, path.join(folder, 'runs'), { method: 'baseline', count: 0 });
  const before = await evaluateRun(run);

  const { classifier, manifest } = runPaths(run);
  const { tensors, metadata } = decodeSafetensors(readFileSync(classifier), classifier);
  const { architecture, width, inChannels, numClasses } = JSON.parse(
    metadata.config ?? '',
  ) as ClassifierConfig;
  await writeEarlier(classifier, tensors, { architecture, width, inChannels, numClasses });
  // What settings have had since then.
  const later = ['head', 'recipe', 'validation', 'fgsmStep', 'pixel', 'data'];
  const written = JSON.stringify(
    JSON.parse(readFileSync(manifest, 'utf8'), (key, value: unknown) =>
      later.includes(key) ? undefined : value,
    ),
  );
  assert.ok(!written.includes('"head"') && written.includes('"architecture"'));
  writeFileSync(manifest, written);

  assert.deepEqual(await evaluateRun(run), before);
});
