import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test, type TestContext } from 'node:test';

import { openCsvDataset } from '../../src/data/csvDataset.ts';
import type { Dataset } from '../../src/data/dataset.ts';
import { assertFails, temporaryFolder, writeGreyPng } from './helpers.ts';

const NAMES = Array.from({ length: 8 }, (_, index) => `images/${index}.png`);

/** Opens a CSV file with these lines, beside a folder `images` of eight grey images 0.png to 7.png. */
async function openLines(
  context: TestContext,
  lines: readonly string[] | string,
  options: { skipUnreadable?: boolean } = {},
): Promise<Dataset> {
  const root = await temporaryFolder(context);
  for (const [index, name] of NAMES.entries()) await writeGreyPng(path.join(root, name), 20 * index);
  const file = path.join(root, 'list.csv');
  await writeFile(file, typeof lines === 'string' ? lines : `${lines.join('\n')}\n`);
  return openCsvDataset(file, { seed: 1, ...options });
}

const rows = (label: (index: number) => string): string[] =>
  NAMES.map((name, index) => `${name},${label(index)}`);

test('paths and labels without splits: drawn', async (context) => {
  const dataset = await openLines(context, [
    'path,label',
    ...rows((index) => (index < 4 ? 'sick' : 'healthy')),
  ]);
  assert.equal(dataset.format, 'csv');
  assert.deepEqual(dataset.classNames, ['healthy', 'sick']);
  assert.equal(dataset.splitSource, 'drawn');
  assert.deepEqual([dataset.train.count, dataset.val.count, dataset.test.count], [4, 2, 2]);
  dataset.train.sources.forEach(({ file }, position) => {
    const index = NAMES.indexOf(file ?? '');
    assert.equal(dataset.train.labels[position], index < 4 ? 1 : 0);
    assert.equal(dataset.train.pixels[position * 784], 20 * index);
  });
});

test('quotes, a byte-order mark, CRLF, empty lines, other columns and their order', async (context) => {
  const splits = ['train', 'train', 'Train', 'train', 'val', 'valid', 'test', 'TEST'];
  const lines = NAMES.map((name, index) => `${splits[index]},"a ""quoted"", ${index % 2}",x,"${name}"`);
  const dataset = await openLines(context, `\uFEFFSplit,Label,age,Path\r\n\r\n${lines.join('\r\n')}\r\n`);
  assert.deepEqual(dataset.classNames, ['a "quoted", 0', 'a "quoted", 1']);
  assert.equal(dataset.splitSource, 'given');
  assert.deepEqual(
    dataset.val.sources.map(({ file }) => file),
    ['images/4.png', 'images/5.png'],
  );
});

test('absolute paths, parent folders and backslashes lead to files', async (context) => {
  const elsewhere = await temporaryFolder(context);
  await writeGreyPng(path.join(elsewhere, 'far.png'), 77);
  await writeGreyPng(path.join(elsewhere, 'beside.png'), 78);
  const lines = rows((index) => String(index % 2)).map((line) => line.replace('/', '\\'));
  const beside = path.join('..', path.basename(elsewhere), 'beside.png');
  const dataset = await openLines(context, [
    'path,label',
    ...lines,
    `${path.join(elsewhere, 'far.png')},0`,
    `${beside},1`,
  ]);
  assert.equal(dataset.train.count + dataset.val.count + dataset.test.count, 10);
});

test('errors name the line', async (context) => {
  const good = rows((index) => String(index % 2));
  const cases: readonly (readonly [readonly string[] | string, RegExp])[] = [
    [['file,label', ...good], /line 1: there is no column "path"/],
    [['path,class', ...good], /line 1: there is no column "label"/],
    [
      ['path,label', ...good, 'images/9.png,1', 'images/10.png,1'],
      /line 10: the file images\/9\.png is not there \(2 listed files are missing\)/,
    ],
    [['path,label', 'images/0.png,'], /line 2: images\/0\.png has no label/],
    [['path,label', '', ',1'], /line 3: the path is empty/],
    [
      ['path,label', ...good, 'images/../images/0.png,1'],
      /line 10: images\/\.\.\/images\/0\.png is already listed in line 2/,
    ],
    [['path,label,split', 'images/0.png,1,dev'], /line 2: "dev" is not a split/],
    [['path,label,split', 'images/0.png,1,train', 'images/1.png,0,'], /line 3: the split is empty/],
    [['path,label', 'images/0.png,1,train'], /line 2/],
    [['path,label', '"images/0.png,1'], /list\.csv: .*Quote/],
    [['path,label'], /it lists no images/],
    ['', /there is no column "path"/],
  ];
  for (const [lines, message] of cases) {
    await assertFails(() => openLines(context, lines), 'csv/invalid', message);
  }
});

test('a listed file that is no image is unreadable, or skipped', async (context) => {
  const lines = ['path,label', ...rows((index) => String(index % 2)), 'list.csv,1'];
  await assertFails(() => openLines(context, lines), 'image/unreadable', /1 of 9 images .* list\.csv/);
  const dataset = await openLines(context, lines, { skipUnreadable: true });
  assert.deepEqual(
    dataset.skippedFiles.map(({ file }) => file),
    ['list.csv'],
  );
});

test('the checksum covers the list', async (context) => {
  const labels = rows((index) => String(index % 2));
  const swapped = rows((index) => String((index + 1) % 2));
  const first = await openLines(context, ['path,label', ...labels]);
  const second = await openLines(context, ['path,label', ...swapped]);
  assert.notEqual(first.sha256, second.sha256);
  assert.equal(first.sha256, (await openLines(context, ['path,label', ...labels])).sha256);
});
