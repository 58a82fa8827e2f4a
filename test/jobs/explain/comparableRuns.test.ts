import assert from 'node:assert/strict';
import { cpSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { openDataset } from '../../../src/data/openDataset.ts';
import { checkComparable, checkSameSplits, hasSameImages } from '../../../src/jobs/explain/comparableRuns.ts';
import { RunFolder, type NewManifest } from '../../../src/runs/runFolder.ts';
import { EXAMPLE_MANIFEST } from '../../runs/exampleRecords.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';
import { TINY_SETTINGS, writeTinyDataset } from '../../support/tinyRun.ts';

const folder = temporaryFolder();

let made = 0;
async function runOf(dataset: Partial<NewManifest['dataset']> = {}, seed = 1): Promise<RunFolder> {
  return RunFolder.create({
    out: folder,
    method: 'mi',
    createdAt: new Date(Date.UTC(2026, 0, 1, 0, 0, made++)),
    manifest: {
      ...EXAMPLE_MANIFEST,
      settings: JSON.parse(JSON.stringify({ ...TINY_SETTINGS, seed })) as NewManifest['settings'],
      dataset: { ...EXAMPLE_MANIFEST.dataset, channels: 1, imageSize: 8, classNames: ['a', 'b'], ...dataset },
    },
    subsetIndices: [0],
  });
}

test('runs of the same images can be compared, but not a run with itself or a copy', async () => {
  const [first, second] = [await runOf(), await runOf()];
  assert.doesNotThrow(() => checkComparable(first, second));
  const again = await RunFolder.open(`${first.paths.root}/.`);
  assert.throws(() => checkComparable(first, again), {
    code: 'settings/invalid',
    message: `Run ${first.id} cannot be compared with itself.`,
  });
  const copied = path.join(folder, 'copies', 'copy');
  cpSync(first.paths.root, copied, { recursive: true });
  const copy = await RunFolder.open(copied);
  assert.throws(() => checkComparable(first, copy), {
    code: 'settings/invalid',
    message: /could not be told/,
  });
});

test('runs of other images, sizes, colours or classes cannot, and it is said which', async () => {
  const first = await runOf();
  const cases: [Partial<NewManifest['dataset']>, RegExp, boolean][] = [
    [{ sha256: '0'.repeat(64) }, /were made from different datasets\.$/, false],
    [{ imageSize: 16 }, /have images of different sizes or colours\.$/, false],
    [{ channels: 3 }, /have images of different sizes or colours\.$/, false],
    [{ classNames: ['b', 'a'] }, /have different classes\.$/, true],
  ];
  for (const [dataset, message, isSame] of cases) {
    const second = await runOf(dataset);
    assert.throws(() => checkComparable(first, second), { code: 'run/settings-differ', message });
    assert.equal(hasSameImages(first, second), isSame);
  }
});

test('splits are read again only where the seeds differ, and must hold the same images', async () => {
  const file = writeTinyDataset(path.join(folder, 'tiny.npz'));
  const [dataset, smaller] = [
    await openDataset(file, { seed: 1 }),
    await openDataset(writeTinyDataset(path.join(folder, 'smaller.npz'), { counts: [40, 11, 12] }), {
      seed: 1,
    }),
  ];
  const [first, sameSeed, otherSeed] = [await runOf(), await runOf(), await runOf({}, 2)];
  const mustNot = (): never => assert.fail('the dataset was read again');
  await checkSameSplits(first, sameSeed, dataset, mustNot);
  await checkSameSplits(first, otherSeed, dataset, () => Promise.resolve(dataset));
  await assert.rejects(
    checkSameSplits(first, otherSeed, dataset, () => Promise.resolve(smaller)),
    { code: 'run/settings-differ', message: /have other images in their splits/ },
  );
});
