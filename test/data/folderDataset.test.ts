import assert from 'node:assert/strict';
import { mkdir, rename, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test, type TestContext } from 'node:test';

import sharp from 'sharp';

import type { Dataset } from '../../src/data/dataset.ts';
import { openFolderDataset } from '../../src/data/folderDataset.ts';
import { assertFails, SHARED_DATA, skipWithout, temporaryFolder, writeGreyPng } from './helpers.ts';

const open = (
  folder: string,
  options: { imageSize?: number; skipUnreadable?: boolean; seed?: number } = {},
) => openFolderDataset(folder, { seed: 1, ...options });

/** A folder with `count` grey images in each of the folders, each image of another grey. */
async function folderOf(context: TestContext, folders: readonly string[], count = 3): Promise<string> {
  const root = await temporaryFolder(context);
  for (const [position, folder] of folders.entries()) {
    for (let index = 0; index < count; index++) {
      await writeGreyPng(path.join(root, folder, `${index}.png`), 10 * position + index);
    }
  }
  return root;
}

const filesOf = (dataset: Dataset, split: 'train' | 'val' | 'test'): (string | undefined)[] =>
  dataset[split].sources.map(({ file }) => file);

test('class folders without splits: drawn, stratified, in the order of the paths', async (context) => {
  const root = await folderOf(context, ['b', 'a', 'c'], 10);
  const dataset = await open(root);
  assert.deepEqual(dataset.classNames, ['a', 'b', 'c']);
  assert.equal(dataset.splitSource, 'drawn');
  assert.deepEqual([dataset.train.count, dataset.val.count, dataset.test.count], [21, 3, 6]);
  assert.deepEqual(filesOf(dataset, 'train'), filesOf(dataset, 'train').toSorted());
  assert.deepEqual([...dataset.val.labels], [0, 1, 2]);
  const other = await open(root, { seed: 2 });
  assert.notDeepEqual(filesOf(other, 'test'), filesOf(dataset, 'test'));
  assert.equal(other.sha256, dataset.sha256);
});

test('pixels, labels and sources belong together', async (context) => {
  const dataset = await open(await folderOf(context, ['a', 'b'], 10));
  for (const split of ['train', 'val', 'test'] as const) {
    const { pixels, labels, sources } = dataset[split];
    sources.forEach(({ file, index, split: from }, position) => {
      const [folder, name] = (file ?? '').split('/');
      assert.deepEqual([index, from], [position, split]);
      assert.equal(labels[position], folder === 'a' ? 0 : 1);
      assert.equal(pixels[position * 784 + 300], 10 * labels[position] + Number.parseInt(name, 10));
    });
  }
});

test('split folders by any of their names', async (context) => {
  const root = await folderOf(context, [
    'Train/x',
    'Train/y',
    'valid/x',
    'valid/y',
    'testing/x',
    'testing/y',
  ]);
  const dataset = await open(root);
  assert.equal(dataset.splitSource, 'given');
  assert.deepEqual(
    filesOf(dataset, 'val'),
    ['x/0', 'x/1', 'x/2', 'y/0', 'y/1', 'y/2'].map((name) => `valid/${name}.png`),
  );
  assert.equal(dataset.task, 'binary-class');
});

test('a missing validation split is drawn from the training images; test stays as given', async (context) => {
  const dataset = await open(await folderOf(context, ['train/x', 'train/y', 'test/x', 'test/y'], 8));
  assert.deepEqual([dataset.train.count, dataset.val.count, dataset.test.count], [14, 2, 16]);
  assert.ok(filesOf(dataset, 'val').every((file) => file?.startsWith('train/')));
});

test('classes named by numbers are in the order of the numbers', async (context) => {
  assert.deepEqual((await open(await folderOf(context, ['10', '9', '1']))).classNames, ['1', '9', '10']);
});

test('hidden files are ignored, other files listed, deeper folders and links followed', async (context) => {
  const root = await folderOf(context, ['a', 'b', '.tsynd/runs', 'a/deeper']);
  await writeFile(path.join(root, 'a', '.DS_Store'), 'x');
  await writeFile(path.join(root, 'a', 'notes.txt'), 'x');
  await writeGreyPng(path.join(root, 'loose.png'), 1);
  await symlink(path.join(root, 'b'), path.join(root, 'b-again'));
  await symlink(path.join(root, 'a', '0.png'), path.join(root, 'b', 'linked.png'));
  const dataset = await open(root);
  assert.deepEqual(dataset.classNames, ['a', 'b']);
  assert.equal(dataset.train.count + dataset.val.count + dataset.test.count, 10);
  assert.deepEqual(dataset.skippedFiles, [
    { file: 'a/notes.txt', reason: 'not an image file' },
    { file: 'loose.png', reason: 'not in a class folder' },
  ]);
});

test('mixed sizes, depths and modes: all to 8 bits and one size, colour when one image has it', async (context) => {
  const root = await folderOf(context, ['a', 'b']);
  const deep = sharp(new Uint16Array(900).fill(25700), { raw: { width: 30, height: 30, channels: 1 } });
  await writeFile(path.join(root, 'a', 'deep.png'), await deep.toColourspace('grey16').png().toBuffer());
  const grey = await open(root, { imageSize: 12 });
  assert.deepEqual([grey.channels, grey.imageSize, grey.train.maxValue], [1, 12, 255]);
  const deepSplit = [grey.train, grey.val, grey.test].find(({ sources }) =>
    sources.some(({ file }) => file === 'a/deep.png'),
  );
  const position = deepSplit?.sources.findIndex(({ file }) => file === 'a/deep.png') ?? -1;
  assert.equal(deepSplit?.pixels[position * 144], 100);
  const colour = sharp({ create: { width: 40, height: 40, channels: 3, background: '#ff0000' } });
  await writeFile(path.join(root, 'b', 'red.jpg'), await colour.jpeg().toBuffer());
  const mixed = await open(root);
  assert.deepEqual([mixed.channels, mixed.train.pixels.length / mixed.train.count], [3, 3 * 784]);
});

test('only 16-bit images: 16 bits are kept', async (context) => {
  const root = await temporaryFolder(context);
  for (const name of ['a/0', 'a/1', 'a/2', 'b/0', 'b/1', 'b/2']) {
    const file = path.join(root, `${name}.tif`);
    await mkdir(path.dirname(file), { recursive: true });
    const image = sharp(new Uint16Array(784).fill(12345), { raw: { width: 28, height: 28, channels: 1 } });
    await writeFile(file, await image.toColourspace('grey16').tiff({ compression: 'lzw' }).toBuffer());
  }
  const dataset = await open(root);
  assert.equal(dataset.train.maxValue, 65535);
  assert.ok(dataset.train.pixels instanceof Uint16Array);
  assert.equal(dataset.train.pixels[0], 12345);
});

test('unreadable images are named and counted, or left out and listed', async (context) => {
  const root = await folderOf(context, ['a', 'b'], 6);
  for (let index = 0; index < 7; index++)
    await writeFile(path.join(root, 'a', `bad${index}.png`), 'not a picture');
  await writeFile(path.join(root, 'b', 'empty.jpg'), '');
  await assertFails(
    () => open(root),
    'image/unreadable',
    /8 of 20 images in .* cannot be read: a\/bad0\.png \(.+\), .* and 3 more\.$/,
    /--skip-unreadable/,
  );
  const dataset = await open(root, { skipUnreadable: true });
  assert.equal(dataset.train.count + dataset.val.count + dataset.test.count, 12);
  assert.equal(dataset.skippedFiles.length, 8);
  assert.deepEqual(dataset.skippedFiles.at(-1), { file: 'b/empty.jpg', reason: 'it is empty' });
});

test('too few images, no images and no classes are refused', async (context) => {
  const single = await folderOf(context, ['a', 'b'], 4);
  await writeGreyPng(path.join(single, 'c', 'only.png'), 1);
  await assertFails(
    () => open(single),
    'dataset/too-small',
    /class c has only one image/,
    /At least 3 images a class/,
  );
  const empty = await temporaryFolder(context);
  await assertFails(() => open(path.join(empty, 'none')), 'dataset/unreadable', /cannot be read/);
  await assertFails(() => open(empty), 'dataset/invalid', /has no images/);
  await mkdir(path.join(empty, 'a'));
  await assertFails(() => open(empty), 'dataset/invalid', /has no images/);
  await writeGreyPng(path.join(empty, 'x.png'), 1);
  await assertFails(
    () => open(empty),
    'dataset/invalid',
    /has no class folders; its one image lies directly in it/,
  );
  await assertFails(
    async () => open(await folderOf(context, ['a'])),
    'dataset/invalid',
    /only one class, a\./,
  );
  const untrained = await folderOf(context, ['train/a', 'train/b', 'test/a', 'test/c']);
  await assertFails(() => open(untrained), 'dataset/invalid', /class c has no training image/);
});

test('the checksum covers names and contents', async (context) => {
  const root = await folderOf(context, ['a', 'b']);
  const first = (await open(root)).sha256;
  await rename(path.join(root, 'a', '0.png'), path.join(root, 'a', '9.png'));
  const renamed = (await open(root)).sha256;
  await writeGreyPng(path.join(root, 'a', '9.png'), 200);
  const changed = (await open(root)).sha256;
  assert.equal(new Set([first, renamed, changed]).size, 3);
});

test('progress reaches the number of files, and cancelling stops', async (context) => {
  const root = await folderOf(context, ['a', 'b'], 5);
  const seen: number[] = [];
  await openFolderDataset(root, { seed: 1, onProgress: (done, total) => void seen.push(done, total) });
  assert.deepEqual(seen.slice(-2), [10, 10]);
  const controller = new AbortController();
  await assertFails(
    () =>
      openFolderDataset(root, { seed: 1, signal: controller.signal, onProgress: () => controller.abort() }),
    'cancelled',
    /was cancelled/,
    /^$/,
  );
});

test('MedNIST’s subset', { skip: skipWithout('folders/mednist_200') }, async () => {
  const dataset = await open(path.join(SHARED_DATA, 'folders/mednist_200'));
  assert.deepEqual(dataset.classNames, ['AbdomenCT', 'BreastMRI', 'CXR', 'ChestCT', 'Hand', 'HeadCT']);
  // Drawn 840 : 120 : 240; then the copy of its one duplicate picture joins the other in train.
  assert.deepEqual([dataset.train.count, dataset.val.count, dataset.test.count], [841, 120, 239]);
  assert.equal(dataset.channels, 1);
});
