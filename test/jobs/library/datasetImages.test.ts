import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { openDataset } from '../../../src/data/openDataset.ts';
import { Library } from '../../../src/jobs/library/library.ts';
import { scoreDataset } from '../../../src/jobs/scores/scoreDataset.ts';
import type { ImageRef } from '../../../src/protocol/imageData.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';
import { tinyRun, writeTinyDataset } from '../../support/tinyRun.ts';
import { greyPng, handMadeRun, recordOf } from './handMadeRun.ts';

const folder = temporaryFolder();
const library = new Library();

describe('some images of a split', () => {
  test('of an archive come with their pixels, and can be read again', async () => {
    const archive = writeTinyDataset(path.join(folder, 'tiny.npz'), { task: 'multi-class', channels: 3 });
    const { folder: run } = await tinyRun(archive, path.join(folder, 'runs'), {
      method: 'baseline',
      count: 0,
    });
    const { val } = await openDataset(archive, { seed: 1 });
    const { images, pixels } = await library.readDatasetImages({ run, split: 'val', limit: 4 });
    assert.deepEqual(
      images.map(({ title, className }) => [title, className]),
      [
        ['val 0', '0'],
        ['val 1', '1'],
        ['val 2', '2'],
        ['val 6', '0'],
      ],
    );
    assert.deepEqual([pixels.ids, pixels.missing, pixels.channels], [['0', '1', '2', '3'], [], 3]);
    for (const [position, { image }] of images.entries()) {
      const whole = await library.readImage({ image });
      const shown = pixels.pixels.subarray(position * 192, (position + 1) * 192);
      assert.deepEqual([...whole.pixels], [...shown]);
      const index = image.kind === 'dataset' ? image.index : -1;
      assert.equal(shown[0], val.pixels[index * 192], 'the first value is red in both orders');
      assert.deepEqual([whole.width, whole.height, whole.channels, whole.format], [8, 8, 3, 'npz']);
    }
    const { className, split, runs } = await library.describeImage({
      image: images[2].image,
      folders: [path.dirname(run)],
    });
    assert.deepEqual([className, split, runs.map((summary) => summary.folder)], ['2', 'val', [run]]);

    const scores = await scoreDataset({ run, datasetPath: archive, splits: ['test'] });
    const scored: ImageRef = { kind: 'scored', folder: scores.folder, id: 'test-2' };
    const ofTest: ImageRef = { kind: 'dataset', run, split: 'test', index: 2 };
    assert.deepEqual(await library.readImage({ image: scored }), await library.readImage({ image: ofTest }));
    const described = await library.describeImage({ image: scored, folders: [path.dirname(run)] });
    assert.deepEqual([described.className, described.split], ['2', 'test']);
  });

  test('of class folders are the files', async () => {
    const root = path.join(folder, 'folders');
    for (const split of ['train', 'val', 'test']) {
      for (const [label, name] of ['left', 'right'].entries()) {
        mkdirSync(path.join(root, split, name), { recursive: true });
        for (let index = 0; index < 2; index++) {
          writeFileSync(path.join(root, split, name, `${index}.png`), await greyPng(100 * label + index, 16));
        }
      }
    }
    const { paths } = await handMadeRun(path.join(folder, 'hand-made'), {
      dataset: { path: root, format: 'folder' },
    });
    writeFileSync(paths.subsetIndices, '[0, 1, 2, 3]');
    const run = paths.root;
    const { images, pixels } = await library.readDatasetImages({ run, split: 'val', limit: 3 });
    assert.deepEqual(
      images.map(({ title, className }) => `${className}/${title}`),
      ['left/0.png', 'left/1.png', 'right/0.png'],
    );
    assert.deepEqual([pixels.pixels[0], pixels.pixels[64], pixels.pixels[128]], [0, 1, 100]);
    const whole = await library.readImage({ image: images[2].image });
    assert.deepEqual([whole.width, whole.format, whole.pixels[0]], [16, 'png', 100], 'at its own size');
    const beyond = library.readImage({ image: { kind: 'dataset', run, split: 'val', index: 4 } });
    await assert.rejects(beyond, { code: 'image/outside-run', message: /no image 4 among the 4 val images/ });
  });
});

test('the synthetic image of a sample is its file, and is described as one', async () => {
  const archive = writeTinyDataset(path.join(folder, 'other.npz'));
  const { paths, id } = await handMadeRun(path.join(folder, 'samples'), {
    dataset: { path: archive, format: 'npz' },
  });
  const image = { kind: 'synthetic', run: paths.root, sampleId: 'sample-000003' } as const;
  const whole = await library.readImage({ image });
  const file = path.join(paths.root, recordOf(3).file);
  assert.deepEqual([whole.pixels[0], whole.format, whole.sizeBytes], [3, 'png', readFileSync(file).length]);
  const { className, split, synthetic, runs } = await library.describeImage({
    image,
    folders: [path.dirname(paths.root)],
  });
  assert.deepEqual([className, split, synthetic?.file, synthetic?.run], ['right', undefined, file, id]);
  assert.deepEqual(
    runs.map((run) => run.id),
    [id],
  );
});
