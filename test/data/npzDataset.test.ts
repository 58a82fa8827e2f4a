import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test, type TestContext } from 'node:test';

import type { Dataset } from '../../src/data/dataset.ts';
import { openNpzDataset } from '../../src/data/npzDataset.ts';
import { integers, randomKey } from '../../src/engine/random.ts';
import { assertFails, bytesOf, npyOf, SHARED_DATA, skipWithout, temporaryFolder, zipOf } from './helpers.ts';

type Arrays = Record<string, Buffer>;

const SPLITS = ['train', 'val', 'test'] as const;

/** Random 8-bit images [count, 4, 4]. */
function images(count: number, seed = 1): Buffer {
  return npyOf('|u1', [count, 4, 4], Uint8Array.from(integers(randomKey(seed), count * 16, 256)));
}

/** Labels [count, 1] that go round the classes. */
function labels(count: number, classes = 2): Buffer {
  return npyOf(
    '|u1',
    [count, 1],
    Uint8Array.from({ length: count }, (_, index) => index % classes),
  );
}

function completeArrays(): Arrays {
  return Object.fromEntries(
    SPLITS.flatMap((split, index) => [
      [`${split}_images`, images(8, index)],
      [`${split}_labels`, labels(8)],
    ]),
  );
}

async function openArrays(
  context: TestContext,
  arrays: Arrays,
  options: { imageSize?: number; name?: string } = {},
): Promise<Dataset> {
  const { name = 'mine.npz', ...rest } = options;
  const file = path.join(await temporaryFolder(context), name);
  await writeFile(file, zipOf(Object.entries(arrays).map(([key, bytes]) => ({ name: `${key}.npy`, bytes }))));
  return openNpzDataset(file, { seed: 1, ...rest });
}

test('reads an archive of its own names, sizes and classes', async (context) => {
  const dataset = await openArrays(context, completeArrays());
  assert.equal(dataset.task, 'binary-class');
  assert.deepEqual(dataset.classNames, ['0', '1']);
  assert.equal(dataset.splitSource, 'given');
  assert.deepEqual([dataset.channels, dataset.imageSize, dataset.train.maxValue], [1, 4, 255]);
  assert.deepEqual([...dataset.val.labels], [0, 1, 0, 1, 0, 1, 0, 1]);
  assert.deepEqual(dataset.test.sources[3], { split: 'test', index: 3 });
  assert.equal(
    dataset.sha256,
    createHash('sha256')
      .update(await readFile(dataset.path))
      .digest('hex'),
  );
});

test('labels [N], 64-bit labels and float labels are read like labels [N, 1]', async (context) => {
  const values = [0, 1, 2, 0, 1, 2, 0, 1];
  for (const array of [
    npyOf('|u1', [8], Uint8Array.from(values)),
    npyOf('<i8', [8], bytesOf(BigInt64Array.from(values, BigInt))),
    npyOf('<f8', [8, 1], bytesOf(Float64Array.from(values))),
  ]) {
    const dataset = await openArrays(context, { ...completeArrays(), train_labels: array });
    assert.deepEqual([...dataset.train.labels], values);
    assert.equal(dataset.task, 'multi-class');
  }
});

test('colour images become planar', async (context) => {
  const colours = Uint8Array.from({ length: 4 * 2 * 2 * 3 }, (_, index) => index);
  const arrays = { train_images: npyOf('|u1', [4, 2, 2, 3], colours), train_labels: labels(4) };
  const complete = Object.fromEntries(
    SPLITS.flatMap((split) => [
      [`${split}_images`, arrays.train_images],
      [`${split}_labels`, arrays.train_labels],
    ]),
  );
  const dataset = await openArrays(context, complete);
  assert.equal(dataset.channels, 3);
  assert.deepEqual(
    [...dataset.train.pixels.subarray(12, 24)],
    [12, 15, 18, 21, 13, 16, 19, 22, 14, 17, 20, 23],
  );
});

test('16-bit and float images keep their values', async (context) => {
  const deep = npyOf('<u2', [8, 2, 2], bytesOf(Uint16Array.from({ length: 32 }, (_, index) => index * 2000)));
  const floats = npyOf(
    '<f8',
    [8, 2, 2],
    bytesOf(Float64Array.from({ length: 32 }, (_, index) => index / 32)),
  );
  for (const [array, maxValue, second] of [
    [deep, 65535, 2000],
    [floats, 1, 1 / 32],
  ] as const) {
    const arrays = Object.fromEntries(
      SPLITS.flatMap((split) => [
        [`${split}_images`, array],
        [`${split}_labels`, labels(8)],
      ]),
    );
    const dataset = await openArrays(context, arrays);
    assert.equal(dataset.train.maxValue, maxValue);
    assert.equal(dataset.train.pixels[1], second);
    const larger = await openArrays(context, arrays, { imageSize: 8 });
    assert.equal(larger.train.maxValue, maxValue);
    assert.equal(larger.train.pixels.length, 8 * 64);
    const means = [dataset, larger].map(
      ({ train }) => Array.from(train.pixels).reduce((a, b) => a + b, 0) / train.pixels.length,
    );
    assert.ok(Math.abs(means[0] - means[1]) < 0.01 * maxValue, `means ${means.join(' and ')}`);
  }
});

test('images are resized to any size, and resizing to the same size changes nothing', async (context) => {
  const arrays = completeArrays();
  const original = await openArrays(context, arrays);
  const same = await openArrays(context, arrays, { imageSize: 4 });
  assert.deepEqual(same.train.pixels, original.train.pixels);
  const resized = await openArrays(context, arrays, { imageSize: 9 });
  assert.deepEqual([resized.imageSize, resized.test.pixels.length], [9, 8 * 81]);
});

test('labels [N, L] are multi-label', async (context) => {
  const many = npyOf(
    '|u1',
    [8, 3],
    Uint8Array.from({ length: 24 }, (_, index) => (index % 5 === 0 ? 1 : 0)),
  );
  const arrays = completeArrays();
  for (const split of SPLITS) arrays[`${split}_labels`] = many;
  const dataset = await openArrays(context, arrays);
  assert.equal(dataset.task, 'multi-label');
  assert.deepEqual(dataset.classNames, ['0', '1', '2']);
  assert.equal(dataset.train.labels.length, 24);
  const wrong = npyOf('|u1', [8, 3], new Uint8Array(24).fill(2));
  await assertFails(
    () => openArrays(context, { ...arrays, val_labels: wrong }),
    'dataset/invalid',
    /val_labels holds 2 in row 0, where multi-label needs 0 or 1/,
  );
});

test('missing splits are drawn from the training images, the same for the same seed', async (context) => {
  const arrays = { train_images: images(100), train_labels: labels(100) };
  const [first, second] = [await openArrays(context, arrays), await openArrays(context, arrays)];
  assert.equal(first.splitSource, 'drawn');
  assert.deepEqual([first.train.count, first.val.count, first.test.count], [70, 10, 20]);
  assert.deepEqual(first.test.sources, second.test.sources);
  const rows = SPLITS.flatMap((split) => first[split].sources.map(({ index }) => index));
  assert.deepEqual(
    rows.toSorted((a, b) => a - b),
    Array.from({ length: 100 }, (_, index) => index),
  );
  const whole = integers(randomKey(1), 1600, 256);
  const row = first.test.sources[5].index;
  assert.deepEqual([...first.test.pixels.subarray(80, 96)], [...whole.subarray(row * 16, row * 16 + 16)]);
});

test('a given test split is kept when only val is drawn', async (context) => {
  const { val_images: _images, val_labels: _labels, ...arrays } = completeArrays();
  const dataset = await openArrays(context, arrays);
  assert.equal(dataset.splitSource, 'drawn');
  assert.deepEqual([dataset.train.count, dataset.val.count, dataset.test.count], [6, 2, 8]);
});

test('wrong contents end in one clear sentence', async (context) => {
  const float = (value: number): Buffer =>
    npyOf('<f4', [8, 4, 4], bytesOf(new Float32Array(128).fill(0.5).fill(value, 70, 71)));
  const floats = (value: number): Arrays => ({
    train_images: float(value),
    val_images: float(0.5),
    test_images: float(0.5),
  });
  const cases: readonly (readonly [Arrays, RegExp])[] = [
    [{ train_images: images(7) }, /train has 7 images but 8 labels/],
    [
      { val_images: npyOf('|u1', [8, 4, 5], new Uint8Array(160)) },
      /images of the splits differ: u1 \[4, 5\] in val/,
    ],
    [{ train_images: npyOf('|u1', [8, 16], new Uint8Array(128)) }, /train_images has shape \[8, 16\]/],
    [{ test_labels: npyOf('|u1', [8, 1, 1], new Uint8Array(8)) }, /test_labels has shape \[8, 1, 1\]/],
    [floats(1.5), /train_images holds 1.5 at position 70, outside \[0, 1\]/],
    [floats(Number.NaN), /holds NaN at position 70/],
    [{ train_labels: npyOf('<f4', [8], bytesOf(new Float32Array(8).fill(0.5))) }, /holds 0.5 in row 0/],
    [{ train_labels: npyOf('|i1', [8], bytesOf(new Int8Array(8).fill(-1))) }, /holds -1 in row 0/],
    [{ train_labels: npyOf('|u1', [8], new Uint8Array(8).fill(200)) }, /highest label is 200/],
    [{ train_labels: npyOf('|u1', [8], new Uint8Array(8)) }, /class 1 has no training image/],
    [
      { train_images: npyOf('|u1', [0, 4, 4], new Uint8Array(0)), train_labels: labels(0) },
      /train split is empty/,
    ],
    [{ train_labels: npyOf('|u1', [8, 3], new Uint8Array(24)) }, /different numbers of labels/],
  ];
  for (const [change, message] of cases) {
    await assertFails(
      () => openArrays(context, { ...completeArrays(), ...change }),
      'dataset/invalid',
      message,
    );
  }
  const { test_labels: _removed, ...incomplete } = completeArrays();
  await assertFails(
    () => openArrays(context, incomplete),
    'dataset/invalid',
    /expected the arrays .* found .*test_images/,
  );
  await assertFails(() => openArrays(context, { x: images(2) }), 'dataset/invalid', /but found x\./);
  await assertFails(() => openArrays(context, {}), 'dataset/invalid', /but found none\./);
  const signed = npyOf('<i8', [8, 4, 4], new Uint8Array(1024));
  const allSigned = { train_images: signed, val_images: signed, test_images: signed };
  await assertFails(
    () => openArrays(context, { ...completeArrays(), ...allSigned }),
    'dataset/invalid',
    /type i8/,
  );
  const oblong = npyOf('|u1', [8, 4, 6], new Uint8Array(192));
  const allOblong = { train_images: oblong, val_images: oblong, test_images: oblong };
  await assertFails(
    () => openArrays(context, { ...completeArrays(), ...allOblong }),
    'dataset/invalid',
    /not square/,
  );
  const few = { train_images: images(5), train_labels: npyOf('|u1', [5], Uint8Array.of(0, 0, 0, 0, 1)) };
  await assertFails(
    () => openArrays(context, few),
    'dataset/too-small',
    /class 1 has only one image/,
    /At least 3/,
  );
});

test('an array that declares another size than its shape needs is corrupt', async (context) => {
  const torn = completeArrays();
  torn.val_images = torn.val_images.subarray(0, -1);
  await assertFails(
    () => openArrays(context, torn),
    'archive/corrupt',
    /val_images.npy .* needs 256 bytes .* 255 are stored/,
  );
});

test('pickled arrays are refused under the expected names', async (context) => {
  const arrays = { ...completeArrays(), train_labels: npyOf('|O', [8], new Uint8Array(64)) };
  await assertFails(() => openArrays(context, arrays), 'archive/unsupported', /train_labels.npy .* pickled/);
});

test('a file name of MedMNIST gives names only where the number of classes fits', async (context) => {
  const two = await openArrays(context, completeArrays(), { name: 'breastmnist_64.npz' });
  assert.deepEqual(two.classNames, ['malignant', 'normal, benign']);
  const three = { ...completeArrays(), train_labels: labels(8, 3) };
  const other = await openArrays(context, three, { name: 'breastmnist.npz' });
  assert.deepEqual(other.classNames, ['0', '1', '2']);
  const five = { ...completeArrays(), train_labels: labels(8, 5) };
  const ordinal = await openArrays(context, five, { name: 'retinamnist_128.npz' });
  assert.equal(ordinal.task, 'ordinal-regression');
});

test('cancelling stops the reading', async (context) => {
  const file = path.join(await temporaryFolder(context), 'a.npz');
  const arrays = Object.entries(completeArrays()).map(([key, bytes]) => ({ name: `${key}.npy`, bytes }));
  await writeFile(file, zipOf(arrays));
  await assertFails(
    () => openNpzDataset(file, { seed: 1, signal: AbortSignal.abort() }),
    'cancelled',
    /was cancelled/,
    /^$/,
  );
});

test(
  'official BreastMNIST, with labels [N, 1] and [N]',
  { skip: skipWithout('medmnist/breastmnist.npz') },
  async () => {
    const dataset = await openNpzDataset(path.join(SHARED_DATA, 'medmnist/breastmnist.npz'), { seed: 1 });
    assert.deepEqual([dataset.train.count, dataset.val.count, dataset.test.count], [546, 78, 156]);
    assert.equal(dataset.test.labels.filter((label) => label === 1).length, 114);
    const flat = path.join(SHARED_DATA, 'medmnist_variants/breastmnist_labels1d.npz');
    const variant = await openNpzDataset(flat, { seed: 1 });
    assert.deepEqual(variant.train.labels, dataset.train.labels);
    assert.deepEqual(variant.classNames, dataset.classNames);
  },
);
