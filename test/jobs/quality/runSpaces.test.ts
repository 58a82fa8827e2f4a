import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { gatherImages } from '../../../src/data/batch.ts';
import { openDataset } from '../../../src/data/openDataset.ts';
import { readClassifier } from '../../../src/jobs/checkpoints.ts';
import { modelConfigs } from '../../../src/jobs/modelConfigs.ts';
import { openDevice } from '../../../src/jobs/devices/openDevice.ts';
import { readRunSettings } from '../../../src/jobs/openRunDataset.ts';
import { Predictor } from '../../../src/jobs/predictor.ts';
import { runSpaces } from '../../../src/jobs/quality/runSpaces.ts';
import { RunFolder } from '../../../src/runs/runFolder.ts';
import { TsyndError } from '../../../src/protocol/errors.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';
import { stoppedRun, tinyRun, writeTinyDataset } from '../../support/tinyRun.ts';

const folder = temporaryFolder();
const file = writeTinyDataset(path.join(folder, 'two.npz'), { counts: [70, 12, 12] });
const out = path.join(folder, 'runs');

test("a classifier's features are what its last layer sees, in any number of batches", async () => {
  const run = await RunFolder.open((await tinyRun(file, out, { count: 0 })).folder);
  const { train } = await openDataset(file, { seed: 0 });
  const images = gatherImages(
    train,
    Array.from({ length: 70 }, (_, index) => index),
  );
  const { device } = await openDevice('cpu', 1);
  const configs = modelConfigs(run.manifest.dataset, readRunSettings(run));
  const state = await readClassifier(run.paths.classifier, configs.classifier);
  const predictor = await Predictor.create(device, configs, 70, state);
  const probs = await predictor.predictImages(images);
  const [classifier, autoencoder] = await runSpaces(run, device);
  const features = await classifier.measure(images);
  const width = features.length / 70;

  const tensors = [...(state?.values() ?? [])];
  const weight = tensors.find(({ shape }) => shape.length === 2 && shape[0] === 2 && shape[1] === width)!;
  const bias = tensors.at(tensors.indexOf(weight) + 1)!;
  for (let image = 0; image < 70; image++) {
    const logits = [0, 1].map((label) => {
      const row = weight.data.subarray(label * width, (label + 1) * width);
      return Array.from(row).reduce((sum, w, d) => sum + w * features[image * width + d], bias.data[label]);
    });
    const expected = 1 / (1 + Math.exp(logits[0] - logits[1]));
    assert.ok(Math.abs(probs[2 * image + 1] - expected) < 1e-5, `image ${image}`);
  }

  const latents = await autoencoder.measure(images);
  assert.equal(latents.length / 70, configs.autoencoder.latentChannels);
  const last = await autoencoder.measure(gatherImages(train, [69]));
  last.forEach((value, d) => assert.ok(Math.abs(value - latents[69 * last.length + d]) < 1e-5));
  for (const each of [classifier, autoencoder, predictor]) await each.dispose();
  await device.dispose();
});

test('a run without a classifier has no spaces', async () => {
  const run = await RunFolder.open(await stoppedRun(file, out));
  const { device } = await openDevice('cpu', 1);
  await assert.rejects(
    runSpaces(run, device),
    (error) => error instanceof TsyndError && error.code === 'run/incomplete',
  );
  await device.dispose();
});
