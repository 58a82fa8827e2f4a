import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import type { Dataset } from '../../../src/data/dataset.ts';
import { openDataset } from '../../../src/data/openDataset.ts';
import { SharedAutoencoders } from '../../../src/jobs/experiment/sharedAutoencoders.ts';
import type { RunOrigin } from '../../../src/jobs/newManifest.ts';
import { openDevice } from '../../../src/jobs/devices/openDevice.ts';
import type { GenerateSettings } from '../../../src/protocol/settings.ts';
import { runPaths } from '../../../src/runs/runFolder.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';
import { TINY_SETTINGS, writeTinyDataset } from '../../support/tinyRun.ts';

const folder = temporaryFolder();
const given = await openDataset(writeTinyDataset(path.join(folder, 'given.npz')), { seed: 0 });
const others = await openDataset(writeTinyDataset(path.join(folder, 'others.npz'), { testSeed: 8 }), {
  seed: 0,
});
const drawn: Dataset = { ...given, splitSource: 'drawn' };
const opened = await openDevice('cpu', 1);

const allImages: GenerateSettings = { ...TINY_SETTINGS, fraction: 0.5, splitSeed: 0 };
const subsetOnly: GenerateSettings = {
  ...allImages,
  autoencoder: { ...allImages.autoencoder, data: 'subset' },
};
let made = 0;

/** Whether a run of `second` is given the autoencoder that one of `first` has trained. */
async function isShared(first: Partial<RunOrigin>, second: Partial<RunOrigin>): Promise<boolean> {
  const place = path.join(folder, String(made++));
  const [trained, waiting] = [path.join(place, 'trained'), path.join(place, 'waiting')];
  const from = runPaths(trained).autoencoder;
  mkdirSync(path.dirname(from), { recursive: true });
  writeFileSync(from, 'weights');
  const whole = { settings: allImages, dataset: given, opened };
  const shared = new SharedAutoencoders(path.join(place, 'shared'));
  await shared.keep(trained, { ...whole, ...first });
  await shared.lend(waiting, { ...whole, ...second });
  const to = runPaths(waiting).autoencoder;
  return existsSync(to) && readFileSync(to, 'utf8') === 'weights';
}

const classifier = { ...allImages.classifier, width: 8, dropout: 0 };
const autoencoder = { ...allImages.autoencoder, updates: 13 };

for (const [what, expected, first, second] of [
  ['another method and classifier', true, {}, { settings: { ...allImages, method: 'noise', classifier } }],
  [
    'another fraction, of all images',
    true,
    {},
    { settings: { ...allImages, fraction: 0.25, subsetSeed: 7 } },
  ],
  ['another seed of splits that are given', true, {}, { settings: { ...allImages, splitSeed: 5 } }],
  ['another seed', false, {}, { settings: { ...allImages, seed: 2 } }],
  ['another autoencoder', false, {}, { settings: { ...allImages, autoencoder } }],
  ['the subset alone', false, {}, { settings: subsetOnly }],
  [
    'another fraction, of the subset alone',
    false,
    { settings: subsetOnly },
    { settings: { ...subsetOnly, fraction: 0.25 } },
  ],
  ['another subset', false, { settings: subsetOnly }, { settings: { ...subsetOnly, subsetSeed: 7 } }],
  [
    'another seed of splits that are drawn',
    false,
    { dataset: drawn },
    { dataset: drawn, settings: { ...allImages, splitSeed: 5 } },
  ],
  ['other images', false, {}, { dataset: others }],
  ['another size of images', false, {}, { dataset: { ...given, imageSize: 16 } }],
  ['another number of threads', false, {}, { opened: { ...opened, threads: 2 } }],
] as const satisfies readonly (readonly [string, boolean, Partial<RunOrigin>, Partial<RunOrigin>])[]) {
  test(`a run with ${what} ${expected ? 'gets' : 'does not get'} the autoencoder`, async () => {
    assert.equal(await isShared(first, second), expected);
  });
}

test('a run keeps an autoencoder that it has', async () => {
  const place = path.join(folder, 'own');
  const shared = new SharedAutoencoders(path.join(place, 'shared'));
  const origin = { settings: allImages, dataset: given, opened };
  for (const name of ['one', 'two']) {
    const { autoencoder: file } = runPaths(path.join(place, name));
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, name);
    await shared.keep(path.join(place, name), origin);
  }
  await shared.lend(path.join(place, 'two'), origin);
  assert.equal(readFileSync(runPaths(path.join(place, 'two')).autoencoder, 'utf8'), 'two');
  await shared.lend(path.join(place, 'three'), origin);
  assert.equal(readFileSync(runPaths(path.join(place, 'three')).autoencoder, 'utf8'), 'one');
});
