import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import sharp from 'sharp';
import { openDataset } from '../../../src/data/openDataset.ts';
import { readMasks } from '../../../src/jobs/relevance/imageMasks.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';
import { writeTinyDataset } from '../../support/tinyRun.ts';

const folder = temporaryFolder();
const SIDE = 8;

async function writePng(file: string, width: number, height: number, pixels: Uint8Array): Promise<void> {
  mkdirSync(path.dirname(file), { recursive: true });
  await sharp(pixels, { raw: { width, height, channels: 1 } })
    .toColourspace('b-w')
    .toFormat(file.endsWith('.jpg') ? 'jpeg' : 'png')
    .toFile(file);
}

/** A dataset of one image a class, and the mask of the first one. */
async function datasetWith(name: string, width: number, height: number, imageFile = 'a.png') {
  const root = path.join(folder, name);
  const pixels = new Uint8Array(width * height).fill(90);
  for (const split of ['train', 'val', 'test']) {
    await writePng(path.join(root, split, 'one', imageFile), width, height, pixels);
    await writePng(path.join(root, split, 'two', 'b.png'), width, height, pixels);
  }
  return {
    mask: path.join(root, '.masks', 'val', 'one', 'a.png'),
    read: async () => {
      const dataset = await openDataset(root, { seed: 0, imageSize: SIDE });
      return readMasks(dataset, dataset.val.sources);
    },
  };
}

/** The left half of a mask marked with `value`. */
function leftHalf(width: number, height: number, value: number): Uint8Array {
  return Uint8Array.from({ length: width * height }, (_, at) => (at % width < width / 2 ? value : 0));
}

const expectedHalf = [...leftHalf(SIDE, SIDE, 1)];

test('a mask is read by the path of its image, whatever the image is stored as', async () => {
  const { mask, read } = await datasetWith('named', 16, 16, 'a.jpg');
  await writePng(mask, 16, 16, leftHalf(16, 16, 255));
  const [one, two] = await read();
  assert.deepEqual([...one!], expectedHalf);
  assert.equal(two, undefined);
});

test('masks of 0 and 1 mark as much as those of 0 and 255; an empty one marks nothing', async () => {
  const { mask, read } = await datasetWith('values', 16, 16);
  await writePng(mask, 16, 16, leftHalf(16, 16, 1));
  assert.deepEqual([...(await read())[0]!], expectedHalf);
  await writePng(mask, 16, 16, new Uint8Array(256));
  assert.deepEqual([...(await read())[0]!], new Array(SIDE * SIDE).fill(0));
});

test('a mask gets the same bars as its image', async () => {
  const { mask, read } = await datasetWith('wide', 32, 16);
  await writePng(mask, 32, 16, new Uint8Array(32 * 16).fill(255));
  const rows = Array.from({ length: SIDE }, (_, row) => (row >= 2 && row < 6 ? 1 : 0));
  assert.deepEqual(
    [...(await read())[0]!],
    rows.flatMap((inside) => new Array<number>(SIDE).fill(inside)),
  );
});

test('a damaged mask is told, and not taken for none', async () => {
  const { mask, read } = await datasetWith('damaged', 16, 16);
  mkdirSync(path.dirname(mask), { recursive: true });
  writeFileSync(mask, 'no image');
  await assert.rejects(read(), { code: 'image/unreadable', message: /The mask .*a\.png cannot be read/ });
});

test('images of archives have none', async () => {
  const dataset = await openDataset(writeTinyDataset(path.join(folder, 'tiny.npz')), { seed: 0 });
  assert.deepEqual(await readMasks(dataset, dataset.val.sources.slice(0, 2)), [undefined, undefined]);
});
