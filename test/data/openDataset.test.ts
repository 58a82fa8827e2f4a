import assert from 'node:assert/strict';
import { copyFile, mkdir, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';

import { MEDMNIST } from '../../src/data/medmnist.ts';
import { openDataset } from '../../src/data/openDataset.ts';
import { assertFails, SHARED_DATA, skipWithout, temporaryFolder, writeGreyPng } from './helpers.ts';

const open = (file: string, imageSize?: number) =>
  openDataset(file, { seed: 1, ...(imageSize !== undefined && { imageSize }) });

test('chooses the reader by what the path is', async (context) => {
  const root = await temporaryFolder(context);
  const lines = ['path,label'];
  for (const file of ['a/0.png', 'a/1.png', 'a/2.png', 'b/0.png', 'b/1.png', 'b/2.png']) {
    await writeGreyPng(path.join(root, 'set', file), 5);
    lines.push(`${file},${file[0]}`);
  }
  await writeFile(path.join(root, 'set', 'list.CSV'), lines.join('\n'));
  assert.equal((await open(path.join(root, 'set'))).format, 'folder');
  assert.equal((await open(path.join(root, 'set', 'list.CSV'))).format, 'csv');
  assert.equal((await open(path.join(root, 'set'), 16)).imageSize, 16);
});

test('what is not a dataset is said so', async (context) => {
  const root = await temporaryFolder(context);
  const text = path.join(root, 'notes.txt');
  await writeFile(text, 'x');
  await writeFile(path.join(root, 'fake.npz'), 'x');
  await assertFails(
    () => open(text),
    'dataset/invalid',
    /notes\.txt is not a dataset/,
    /folder of class folders/,
  );
  await assertFails(() => open(path.join(root, 'none')), 'dataset/not-found', /There is no file or folder/);
  await assertFails(() => open(path.join(text, 'inside')), 'dataset/not-found', /There is no file or folder/);
  await assertFails(() => open(path.join(root, 'fake.npz')), 'archive/corrupt', /not a complete zip archive/);
  for (const size of [0, 7, 28.5, 4096])
    await assertFails(() => open(root, size), 'settings/invalid', /image size/);
});

test('the MedMNIST table is complete', () => {
  assert.equal(MEDMNIST.length, 12);
  for (const { md5, counts, classNames } of MEDMNIST) {
    assert.ok(Object.values(md5).every((sum) => /^[\da-f]{32}$/.test(sum)));
    assert.ok(counts.every((count) => count > 0) && classNames.length > 1);
  }
  assert.equal(new Set(MEDMNIST.flatMap(({ md5 }) => Object.values(md5))).size, 48);
});

test(
  'every hostile file ends in one clear sentence or in an image',
  { skip: skipWithout('hostile') },
  async (context) => {
    const hostile = path.join(SHARED_DATA, 'hostile');
    const broken = new Set([
      'broken.png',
      'broken_data_stream.png',
      'truncated_image.png',
      'truncated_jpeg.jpg',
    ]);
    await assertFails(() => open(path.join(hostile, 'py3-objarr.npz')), 'dataset/invalid', /but found x\./);
    const images = (await readdir(hostile)).filter((name) => /\.(png|jpg|tiff?)$/.test(name));
    const root = await temporaryFolder(context);
    for (const name of images) {
      const folder = path.join(root, name);
      for (const file of ['a/1.png', 'a/2.png', 'a/3.png', 'b/1.png', 'b/2.png']) {
        await writeGreyPng(path.join(folder, file), 9);
      }
      await mkdir(path.join(folder, 'b'), { recursive: true });
      await copyFile(path.join(hostile, name), path.join(folder, 'b', name));
      if (!broken.has(name)) assert.equal((await open(folder)).classNames.length, 2);
      else
        await assertFails(() => open(folder), 'image/unreadable', /1 of 6 images in .* cannot be read: b\//);
    }
  },
);
