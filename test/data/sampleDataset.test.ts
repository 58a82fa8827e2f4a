import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';

import sharp from 'sharp';

import { openDataset } from '../../src/data/openDataset.ts';
import { drawPhantom } from '../../src/data/phantom.ts';
import { writeSampleDataset } from '../../src/data/sampleDataset.ts';
import { deriveKey, randomKey } from '../../src/engine/random.ts';
import { assertFails, temporaryFolder } from './helpers.ts';

async function digestOf(folder: string): Promise<string> {
  const hash = createHash('sha256');
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name));
  for (const file of files.sort()) hash.update(path.relative(folder, file)).update(await readFile(file));
  return hash.digest('hex');
}

test('writes a dataset that opens, with masks beside it, the same bytes for the same seed', async (context) => {
  const root = await temporaryFolder(context);
  const options = { imagesPerClass: 10, seed: 3 };
  const { path: folder, imageCount } = await writeSampleDataset(path.join(root, 'new', 'a'), options);
  assert.equal(imageCount, 30);
  await mkdir(path.join(root, 'b'));
  await writeSampleDataset(path.join(root, 'b'), options);
  await writeSampleDataset(path.join(root, 'c'), { ...options, seed: 4 });
  const [first, again, other] = await Promise.all(
    [folder, path.join(root, 'b'), path.join(root, 'c')].map(digestOf),
  );
  assert.equal(first, again);
  assert.notEqual(first, other);
  assert.deepEqual((await readdir(root)).toSorted(), ['b', 'c', 'new']);

  const dataset = await openDataset(folder, { seed: 1, imageSize: 64 });
  assert.deepEqual(dataset.classNames, ['benign', 'malignant', 'normal']);
  assert.deepEqual([dataset.train.count, dataset.val.count, dataset.test.count], [21, 3, 6]);
  assert.deepEqual(dataset.skippedFiles, [{ file: 'README.txt', reason: 'not an image file' }]);
  const maskOf = async (file: string): Promise<Buffer> =>
    sharp(path.join(folder, '.masks', file))
      .toColourspace('b-w')
      .raw()
      .toBuffer();
  for (const { file } of dataset.val.sources) {
    const mask = await maskOf(file ?? '');
    assert.equal(
      mask.some((value) => value === 255),
      !file?.includes('normal'),
      file,
    );
  }
});

test('two classes on request', async (context) => {
  const root = await temporaryFolder(context);
  await writeSampleDataset(path.join(root, 'a'), { classes: 2, imagesPerClass: 10 });
  assert.deepEqual((await readdir(path.join(root, 'a', 'test'))).toSorted(), ['benign', 'malignant']);
});

test('lesions are darker than the tissue around them; benign ones brighten and malignant ones shade what is behind', () => {
  const size = 64;
  const contrast = { benign: 0, malignant: 0 };
  const behind = { benign: 0, malignant: 0 };
  const count = 12;
  for (const kind of ['benign', 'malignant'] as const) {
    for (let index = 0; index < count; index++) {
      const { image, mask } = drawPhantom(deriveKey(randomKey(9), kind, index), kind, size);
      const inside: number[] = [];
      const below: number[] = [];
      const beside: number[] = [];
      const rows = Array.from({ length: size }, (_, row) => mask.subarray(row * size, (row + 1) * size));
      const bottom = rows.findLastIndex((row) => row.includes(255));
      const columns = Array.from({ length: size }, (_, x) => rows.filter((row) => row[x] === 255).length);
      const deepest = Math.max(...columns);
      image.forEach((value, position) => {
        const [x, y] = [position % size, Math.floor(position / size)];
        if (mask[position] === 255) inside.push(value);
        else if (y > bottom + 1 && y < bottom + 8) (columns[x] > deepest / 2 ? below : beside).push(value);
      });
      const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
      contrast[kind] += (mean(inside) - mean(beside)) / count;
      behind[kind] += (mean(below) - mean(beside)) / count;
    }
  }
  assert.ok(contrast.benign < -15 && contrast.malignant < -15, JSON.stringify(contrast));
  assert.ok(behind.benign > 5 && behind.malignant < -15, JSON.stringify(behind));
});

test('a folder that is not empty is left alone', async (context) => {
  const root = await temporaryFolder(context);
  await writeFile(path.join(root, 'mine.txt'), 'kept');
  await assertFails(() => writeSampleDataset(root), 'file/exists', /is not empty/);
  assert.deepEqual(await readdir(root), ['mine.txt']);
  await assertFails(
    () => writeSampleDataset(path.join(root, 'x'), { imagesPerClass: 3 }),
    'settings/invalid',
    /too few/,
  );
  await assertFails(
    () => writeSampleDataset(path.join(root, 'mine.txt', 'x')),
    'file/write',
    /is a file, not a folder/,
  );
});

test('cancelled half-way, nothing is left', async (context) => {
  const root = await temporaryFolder(context);
  const controller = new AbortController();
  const onProgress = (done: number): void => {
    if (done === 3) controller.abort();
  };
  const start = () => writeSampleDataset(path.join(root, 'a'), { signal: controller.signal, onProgress });
  await assertFails(start, 'cancelled', /was cancelled/, /^$/);
  assert.deepEqual(await readdir(root), []);
});
