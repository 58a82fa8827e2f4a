import assert from 'node:assert/strict';
import { mkdir, rm, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';

import { hashDataset } from '../../src/data/hashDataset.ts';
import { openDataset } from '../../src/data/openDataset.ts';
import { writeTinyDataset } from '../support/tinyRun.ts';
import { assertFails, temporaryFolder, writeGreyPng } from './helpers.ts';

test('the hash is the one that reading the dataset gives, for every kind', async (context) => {
  const root = await temporaryFolder(context);
  const images = path.join(root, 'images');
  for (let index = 0; index < 8; index++) {
    await writeGreyPng(path.join(images, index % 2 === 0 ? 'cat' : 'dog', `${index}.png`), 20 * index, 8);
  }
  await writeFile(path.join(images, 'cat', 'broken.png'), 'no picture');
  await writeFile(path.join(images, 'cat', 'empty.png'), '');
  const rows = Array.from({ length: 8 }, (_, index) => {
    const label = index % 2 === 0 ? 'cat' : 'dog';
    return `images/${label}/${index}.png,${label}\n`;
  });
  const list = path.join(root, 'list.csv');
  await writeFile(list, `path,label\n${rows.join('')}`);
  for (const dataset of [images, list, writeTinyDataset(path.join(root, 'tiny.npz'))]) {
    const { sha256 } = await openDataset(dataset, { seed: 0, skipUnreadable: true });
    assert.equal((await hashDataset(dataset)).sha256, sha256, dataset);
  }
});

test('files that have not been written since are not read again', async (context) => {
  const images = path.join(await temporaryFolder(context), 'images');
  const file = path.join(images, 'cat', '1.png');
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, 'one');
  const time = new Date('2026-01-01T00:00:00Z');
  await utimes(file, time, time);
  const known = await hashDataset(images);
  await writeFile(file, 'two');
  await utimes(file, time, time);
  assert.equal(await hashDataset(images, { known }), known, 'size and time are those that are known');
  assert.notEqual((await hashDataset(images)).sha256, known.sha256);
  await writeFile(file, 'three');
  const changed = await hashDataset(images, { known });
  assert.notEqual(changed.sha256, known.sha256);
  await writeFile(path.join(images, 'cat', '2.png'), 'one');
  assert.notEqual((await hashDataset(images, { known: changed })).sha256, changed.sha256);
});

test('what is no dataset any more is said so, and cancelling stops', async (context) => {
  const root = await temporaryFolder(context);
  const images = path.join(root, 'images');
  await assertFails(() => hashDataset(images), 'dataset/not-found', /There is no file or folder/);
  await writeGreyPng(path.join(images, 'cat', '1.png'), 20, 8);
  await assert.rejects(hashDataset(images, { signal: AbortSignal.abort() }), { code: 'cancelled' });
  await rm(path.join(images, 'cat', '1.png'));
  await assertFails(() => hashDataset(images), 'dataset/invalid', /has no images/);
});
