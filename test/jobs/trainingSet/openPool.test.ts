import assert from 'node:assert/strict';
import { cpSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { before, describe, test } from 'node:test';

import type { Dataset } from '../../../src/data/dataset.ts';
import { openDataset } from '../../../src/data/openDataset.ts';
import { exportCurated } from '../../../src/jobs/exportCurated/exportCurated.ts';
import { readStoredImage } from '../../../src/jobs/library/syntheticImages.ts';
import { checkPool } from '../../../src/jobs/trainingSet/checkPool.ts';
import { openPool } from '../../../src/jobs/trainingSet/openPool.ts';
import { EXPORT_FORMATS } from '../../../src/protocol/libraryApi.ts';
import type { SampleRecord } from '../../../src/runs/sampleRecord.ts';
import { assertFails, bytesOf, npyOf, zipOf } from '../../data/helpers.ts';
import { curate, noiseImage, writeNoiseFolder, writePng } from '../../support/poolFiles.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';
import { stoppedRun, tinyRun, writeTinyDataset } from '../../support/tinyRun.ts';

const folder = temporaryFolder();
const at = (...parts: string[]): string => path.join(folder, ...parts);
let dataset: Dataset;
let run: string;
let samples: readonly SampleRecord[];

before(async () => {
  const datasetPath = writeTinyDataset(at('tiny.npz'));
  dataset = await openDataset(datasetPath, { seed: 1 });
  run = (await tinyRun(datasetPath, at('runs'))).folder;
  samples = await curate(run, [1, 2, 5]);
});

const pixelsOf = (chosen: readonly SampleRecord[]): Promise<Uint8Array[]> =>
  Promise.all(chosen.map(({ file }) => readStoredImage(path.join(run, file), { channels: 1, imageSize: 8 })));

describe("a run's samples", () => {
  test('are the pool with their pixels, labels, names and parents', async () => {
    const { images, sha256, warnings, heldOutParents } = await openPool({ path: run }, dataset);
    assert.deepEqual(
      [images.kind, images.count, images.maxValue, images.task],
      ['synthetic', 10, 255, 'binary-class'],
    );
    assert.deepEqual(Buffer.from(images.pixels), Buffer.concat(await pixelsOf(samples)));
    assert.deepEqual(
      [...images.labels],
      samples.map(({ label }) => label),
    );
    assert.deepEqual(
      images.origins,
      samples.map(({ id }) => id),
    );
    assert.deepEqual(
      images.parents,
      samples.map(({ parent }) => parent.index),
    );
    assert.deepEqual([warnings, heldOutParents], [[], []]);
    assert.match(sha256, /^[0-9a-f]{64}$/);
  });

  test('can be those that were accepted or rejected', async () => {
    const rejected = await openPool({ path: run, samples: 'rejected' }, dataset);
    assert.deepEqual(
      rejected.images.origins,
      [1, 2, 5].map((index) => samples[index].id),
    );
    const accepted = await openPool({ path: run, samples: 'accepted' }, dataset);
    assert.deepEqual(
      accepted.images.origins,
      [0, 3, 4, 6, 7, 8].map((index) => samples[index].id),
    );
    assert.notEqual(accepted.sha256, rejected.sha256);
  });

  test('without decisions, or of a run that makes more, are refused', async () => {
    const copy = at('runs', 'undecided');
    cpSync(run, copy, { recursive: true });
    rmSync(path.join(copy, 'curation.jsonl'));
    await assertFails(
      () => openPool({ path: copy, samples: 'accepted' }, dataset),
      'settings/invalid',
      /No sample of run .* is accepted/,
    );
    const stopped = await stoppedRun(dataset.path, at('runs'));
    await assertFails(() => openPool({ path: stopped }, dataset), 'run/incomplete', /not finished/);
  });
});

describe('a curated export', () => {
  for (const format of EXPORT_FORMATS) {
    for (const syntheticOnly of [true, false]) {
      test(`as ${format}${syntheticOnly ? ', synthetic only,' : ''} gives its synthetic training images alone`, async () => {
        const target = at(`export-${format}-${syntheticOnly}${format === 'npz' ? '.npz' : ''}`);
        const exported = await exportCurated({ run, format, target, syntheticOnly });
        const pool = await openPool({ path: exported.dataset }, dataset);
        const accepted = await openPool({ path: run, samples: 'accepted' }, dataset);
        // The order of an export is its own; every image comes with its label and its parent.
        const rowsOf = ({ images }: typeof pool): string[] =>
          Array.from({ length: images.count }, (_, n) => {
            const pixels = images.pixels.subarray(64 * n, 64 * (n + 1));
            return `${pixels.join()} ${images.labels[n]} ${images.parents?.[n]}`;
          }).sort();
        assert.deepEqual(rowsOf(pool), rowsOf(accepted));
        assert.deepEqual(pool.warnings, []);
      });
    }
  }

  test('that does not tell which images are synthetic is refused', async () => {
    const target = at('export-torn');
    await exportCurated({ run, format: 'folder', target, syntheticOnly: false });
    rmSync(path.join(target, 'train', 'metadata.jsonl'));
    await assertFails(() => openPool({ path: target }, dataset), 'dataset/invalid', /does not tell which/);
  });
});

describe('images of another generator', () => {
  test('are all of a folder without splits, in the form of the dataset', async () => {
    const place = await writeNoiseFolder(at('generated'), { '1': 3, '0': 1 });
    const { images, warnings } = await openPool({ path: place }, dataset);
    assert.deepEqual([...images.labels], [0, 1, 1, 1]);
    assert.deepEqual(images.origins, ['0/0.png', '1/0.png', '1/1.png', '1/2.png']);
    assert.equal(images.parents, undefined);
    assert.deepEqual([...images.pixels.subarray(64, 128)], [...noiseImage(1001)]);
    assert.deepEqual(warnings, []);
  });

  test('may be of one class, and are the training images of a folder with splits', async () => {
    await writeNoiseFolder(at('split', 'train'), { '1': 2 });
    await writeNoiseFolder(at('split', 'test'), { '1': 5 });
    const { images } = await openPool({ path: at('split') }, dataset);
    assert.deepEqual([images.count, [...images.labels]], [2, [1, 1]]);
  });

  test('of another size and colour are converted, and it is said', async () => {
    const place = await writeNoiseFolder(at('large'), { '0': 2, '1': 2 }, 16);
    const grey = await openPool({ path: place }, dataset);
    assert.match(grey.warnings.join(), /All 4 images of the pool were resized to the dataset's 8 px/);
    assert.equal(grey.images.pixels.length, 4 * 64);
    const inColour = await openPool({ path: place }, { ...dataset, channels: 3 });
    assert.match(inColour.warnings.join(), /grey was repeated/);
    const [first, second] = [0, 1].map((channel) =>
      inColour.images.pixels.subarray(64 * channel, 64 * (channel + 1)),
    );
    assert.deepEqual([...first], [...grey.images.pixels.subarray(0, 64)]);
    assert.deepEqual([...second], [...first]);
  });

  test('in colour become grey by their brightness', async () => {
    const pixels = Uint8Array.from({ length: 2 * 64 * 3 }, (_, position) => [255, 0, 0][position % 3]);
    const entries = [
      { name: 'train_images.npy', bytes: npyOf('|u1', [2, 8, 8, 3], bytesOf(pixels)) },
      { name: 'train_labels.npy', bytes: npyOf('|u1', [2, 1], Uint8Array.from([0, 1])) },
    ];
    writeFileSync(at('colour.npz'), zipOf(entries));
    const { images, warnings } = await openPool({ path: at('colour.npz') }, dataset);
    assert.deepEqual([...new Set(images.pixels)], [76]);
    assert.match(warnings.join(), /brightness/);
    assert.deepEqual(images.origins, ['train row 0', 'train row 1']);
  });

  test('are known by what they hold, not by where they lie', async () => {
    const first = await openPool({ path: await writeNoiseFolder(at('first'), { '0': 2, '1': 2 }) }, dataset);
    const second = await openPool(
      { path: await writeNoiseFolder(at('second'), { '0': 2, '1': 2 }) },
      dataset,
    );
    assert.equal(second.sha256, first.sha256);
    await writePng(at('second', '1', '1.png'), noiseImage(1));
    assert.notEqual((await openPool({ path: at('second') }, dataset)).sha256, first.sha256);
  });

  test('that are not there, or cannot be read, are an error', async () => {
    await assertFails(
      () => openPool({ path: at('nowhere') }, dataset),
      'dataset/not-found',
      /no file or folder/,
    );
    const place = await writeNoiseFolder(at('broken'), { '0': 1 });
    writeFileSync(path.join(place, '0', 'torn.png'), 'PNG');
    await assertFails(() => openPool({ path: place }, dataset), 'image/unreadable', /torn\.png/);
  });
});

describe('held-out images in a pool', () => {
  const imageOf = (split: 'train' | 'val' | 'test', index: number): Uint8Array =>
    Uint8Array.from(dataset[split].pixels.subarray(64 * index, 64 * (index + 1)));

  for (const [split, words] of [
    ['test', 'test'],
    ['val', 'validation'],
  ] as const) {
    test(`from ${split} are found by their pixels and listed`, async () => {
      const place = await writeNoiseFolder(at(`leak-${split}`), { '0': 2, '1': 2 });
      await writePng(path.join(place, '0', 'copied.png'), imageOf(split, 3));
      await writePng(path.join(place, '1', 'wrong-label.png'), imageOf(split, 4));
      const pool = await openPool({ path: place }, dataset);
      await assertFails(
        () => checkPool(pool, dataset),
        'settings/invalid',
        new RegExp(
          `holds 2 ${words} images of tiny: 0/copied\\.png \\(${split} row 3\\), 1/wrong-label\\.png \\(${split} row 4\\)`,
        ),
      );
    });
  }

  test('more than twenty are counted', async () => {
    const place = at('leak-many');
    for (let index = 0; index < 24; index++) {
      const [split, row] = index < 12 ? (['test', index] as const) : (['test', index - 12] as const);
      await writePng(path.join(place, String(index % 2), `${index}.png`), imageOf(split, row));
    }
    const pool = await openPool({ path: place }, dataset);
    await assertFails(
      () => checkPool(pool, dataset),
      'settings/invalid',
      /holds 24 test images .* and 4 more\./,
    );
  });

  test('from training are no error, but are told', async () => {
    const place = await writeNoiseFolder(at('known'), { '0': 2, '1': 2 });
    await writePng(path.join(place, '0', 'copied.png'), imageOf('train', 0));
    const told = checkPool(await openPool({ path: place }, dataset), dataset);
    assert.match(told.join(), /^One image of the pool .* is also among the training images\.$/);
    assert.deepEqual(checkPool(await openPool({ path: run }, dataset), dataset), []);
  });

  test('as parents are found where splits were drawn by another seed', async () => {
    const { train } = dataset;
    const entries = [
      { name: 'train_images.npy', bytes: npyOf('|u1', [40, 8, 8], bytesOf(train.pixels)) },
      { name: 'train_labels.npy', bytes: npyOf('|u1', [40, 1], Uint8Array.from(train.labels)) },
    ];
    writeFileSync(at('drawn.npz'), zipOf(entries));
    const { folder: other } = await tinyRun(at('drawn.npz'), at('runs'), { seed: 5, count: 30 });
    const same = await openDataset(at('drawn.npz'), { seed: 5 });
    assert.deepEqual(checkPool(await openPool({ path: other }, same), same), []);
    const drawn = await openDataset(at('drawn.npz'), { seed: 1 });
    const pool = await openPool({ path: other }, drawn);
    const held = new Set([...drawn.val.sources, ...drawn.test.sources].map(({ index }) => index));
    assert.ok(pool.heldOutParents.length > 0 && pool.heldOutParents.length < 30);
    assert.ok(
      pool.images.parents?.every(
        (parent) => parent === undefined || !held.has(drawn.train.sources[parent].index),
      ),
    );
    await assertFails(
      () => checkPool(pool, drawn),
      'settings/invalid',
      /images made from validation or test images of drawn: sample-\d+/,
      /seed/,
    );
  });
});
