import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { CurationSession } from '../../../src/jobs/curation/curationSession.ts';
import { exportCurated } from '../../../src/jobs/exportCurated/exportCurated.ts';
import { Library } from '../../../src/jobs/library/library.ts';
import { writeSampleDataset } from '../../../src/data/sampleDataset.ts';
import type { ImageDescription } from '../../../src/protocol/libraryApi.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';
import { tinyRun, writeTinyDataset } from '../../support/tinyRun.ts';
import { greyPng, handMadeRun, recordOf } from './handMadeRun.ts';

const folder = temporaryFolder();
const runs = path.join(folder, 'runs');
const library = new Library();
const describeFile = (file: string): Promise<ImageDescription> =>
  library.describeImage({ image: { kind: 'file', path: file }, folders: [runs] });

async function writePictures(root: string, files: readonly string[]): Promise<string> {
  for (const [index, file] of files.entries()) {
    mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
    writeFileSync(path.join(root, file), await greyPng(index));
  }
  return root;
}

const flat = await writePictures(path.join(folder, 'flat'), [
  'cat/1.png',
  'dog/deep/2.png',
  'loose.png',
  '.hidden/3.png',
]);
// An empty folder of that name makes no split.
mkdirSync(path.join(flat, 'test', '.masks'), { recursive: true });
const split = await writePictures(path.join(folder, 'split'), [
  'train/cat/1.png',
  'validation/dog/2.png',
  'cat/3.png',
]);
const listed = await writePictures(path.join(folder, 'listed'), ['a.png', 'b.png', 'c.png']);
const list = path.join(folder, 'list.csv');
writeFileSync(list, 'path,label,split\nlisted/a.png,cat,train\nlisted/b.png,dog,test\n');
const archive = writeTinyDataset(path.join(folder, 'tiny.npz'));

const times = [
  '2026-01-01T00:00:00Z',
  '2026-01-02T00:00:00Z',
  '2026-01-03T00:00:00Z',
  '2026-01-04T00:00:00Z',
];
const made = [];
for (const [index, dataset] of (
  [
    { path: flat, format: 'folder' },
    { path: split, format: 'folder' },
    { path: list, format: 'csv' },
    { path: archive, format: 'npz' },
  ] as const
).entries()) {
  made.push(await handMadeRun(runs, { dataset, createdAt: times[index] }));
}
const [flatRun, splitRun, listRun, archiveRun] = made;
// Runs that are not finished have no classifier to ask.
await handMadeRun(runs, {
  dataset: { path: flat, format: 'folder' },
  createdAt: '2026-01-05T00:00:00Z',
  manifest: { status: 'stopped', result: undefined },
});
const all = [archiveRun.id, listRun.id, splitRun.id, flatRun.id];

async function assertDescribed(
  file: string,
  className: string | undefined,
  splitName: string | undefined,
  ids: readonly string[],
): Promise<void> {
  const description = await describeFile(file);
  assert.deepEqual(
    [description.className, description.split, description.synthetic, description.runs.map(({ id }) => id)],
    [className, splitName, undefined, ids],
    file,
  );
}

describe('an image is described by where it lies', () => {
  test('in class folders', async () => {
    await assertDescribed(path.join(flat, 'cat/1.png'), 'cat', undefined, [flatRun.id]);
    await assertDescribed(path.join(flat, 'dog/deep/2.png'), 'dog', undefined, [flatRun.id]);
    for (const file of ['loose.png', '.hidden/3.png', 'cat/notes.txt']) {
      await assertDescribed(path.join(flat, file), undefined, undefined, all);
    }
  });

  test('in split folders', async () => {
    await assertDescribed(path.join(split, 'train/cat/1.png'), 'cat', 'train', [splitRun.id]);
    await assertDescribed(path.join(split, 'validation/dog/2.png'), 'dog', 'val', [splitRun.id]);
    await assertDescribed(path.join(split, 'cat/3.png'), undefined, undefined, all);
  });

  test('in a CSV file, which is read again when it changes', async () => {
    await assertDescribed(path.join(listed, 'a.png'), 'cat', 'train', [listRun.id]);
    await assertDescribed(path.join(listed, 'b.png'), 'dog', 'test', [listRun.id]);
    await assertDescribed(path.join(listed, 'c.png'), undefined, undefined, all);
    writeFileSync(list, 'path,label\nlisted/c.png,a new class\n');
    await assertDescribed(path.join(listed, 'c.png'), 'a new class', undefined, [listRun.id]);
    writeFileSync(list, 'damaged');
    await assertDescribed(path.join(listed, 'c.png'), undefined, undefined, all);
  });

  test('as the source of a sample', async () => {
    const image = { kind: 'source', run: archiveRun.paths.root, sampleId: 'sample-000001' } as const;
    const description = await library.describeImage({ image, folders: [runs] });
    assert.deepEqual(
      [description.className, description.split, description.runs.map(({ id }) => id)],
      ['right', 'train', [archiveRun.id]],
    );
  });

  test('by its position, also of a run that is in none of the folders', async () => {
    const cells = path.join(folder, 'cells');
    const cell = await handMadeRun(cells, {
      dataset: { path: archive, format: 'npz' },
      createdAt: '2026-01-06T00:00:00Z',
    });
    const image = { kind: 'dataset', run: cell.paths.root, split: 'test', index: 1 } as const;
    const {
      className,
      split: ofSplit,
      runs: found,
    } = await library.describeImage({ image, folders: [runs] });
    assert.deepEqual([className, ofSplit], ['right', 'test']);
    assert.equal(found[0].folder, cell.paths.root);
    assert.ok(found.some(({ id }) => id === archiveRun.id));
    const own = { ...image, run: archiveRun.paths.root };
    const again = await library.describeImage({ image: own, folders: [runs] });
    assert.equal(again.runs.filter(({ folder: one }) => one === archiveRun.paths.root).length, 1);
  });

  test('as a synthetic image of a run', async () => {
    const file = path.join(archiveRun.paths.root, recordOf(3).file);
    const { className, split: splitName, synthetic, runs: related } = await describeFile(file);
    assert.deepEqual([className, splitName, synthetic?.sampleId], ['right', undefined, 'sample-000003']);
    assert.deepEqual(
      related.map(({ id }) => id),
      [archiveRun.id],
    );
  });

  test('and an image without any run is not known', async () => {
    const image = { kind: 'file', path: path.join(flat, 'cat/1.png') } as const;
    const description = await library.describeImage({ image, folders: [path.join(folder, 'none')] });
    assert.deepEqual(description, {
      ...{ className: undefined, split: undefined, synthetic: undefined, runs: [] },
    });
  });
});

describe('synthetic files', () => {
  test('of a run come with their numbers and decisions', async () => {
    const { root } = archiveRun.paths;
    const fileOf = (index: number): string => path.join(root, recordOf(index).file);
    const others = [path.join(root, 'contactSheet.png'), path.join(root, 'synthetic/left/other.png')];
    const ask = () => library.describeSyntheticFiles({ files: [fileOf(1), ...others, fileOf(2), '/'] });
    const expected = [1, 2].map((index) => ({
      file: fileOf(index),
      run: archiveRun.id,
      sampleId: recordOf(index).id,
      className: ['left', 'right'][index % 2],
      miBefore: 0.01 * index,
      miAfter: 0.02 * index,
      decision: undefined,
    }));
    assert.deepEqual(await ask(), expected);
    const session = await CurationSession.open(root);
    await session.decide(['sample-000001'], 'accepted');
    await session.decide(['sample-000002'], 'rejected');
    await session.undo();
    await session.close();
    assert.deepEqual(await ask(), [{ ...expected[0], decision: 'accepted' }, expected[1]]);
  });

  test('of a run or an export that cannot be read are none', async () => {
    const { paths } = await handMadeRun(path.join(folder, 'damaged'), {
      dataset: { path: archive, format: 'npz' },
    });
    const file = path.join(paths.root, recordOf(1).file);
    writeFileSync(paths.manifest, '{}');
    const foreign = await writePictures(path.join(folder, 'foreign'), ['cat/1.png']);
    writeFileSync(
      path.join(foreign, 'metadata.jsonl'),
      '{"file_name":"cat/1.png","text":"a cat"}\nno line\n',
    );
    const files = [file, path.join(foreign, 'cat/1.png'), path.join(folder, 'nowhere/1.png')];
    assert.deepEqual(await library.describeSyntheticFiles({ files }), []);
  });

  test('of an exported dataset are found by its metadata, and real ones beside them are not', async () => {
    const { path: phantoms } = await writeSampleDataset(path.join(folder, 'phantoms'), {
      classes: 2,
      imagesPerClass: 12,
    });
    const { folder: run, id } = await tinyRun(phantoms, path.join(folder, 'real-runs'), {
      count: 3,
      imageSize: 8,
    });
    const { table } = await library.readSamples({ run });
    const session = await CurationSession.open(run);
    await session.decide([table.ids[1]], 'accepted');
    await session.close();
    const target = path.join(folder, 'exported');
    await exportCurated({ run, format: 'folder', target, syntheticOnly: false });
    const summary = await library.inspectDataset({ path: target, imageSize: 8 });
    assert.deepEqual(summary.skippedFiles, []);
    const className = ['benign', 'malignant'][Number(table.labels[1])];
    const synthetic = path.join(target, 'train', className, `${id}_${table.ids[1]}.png`);
    const real = path.join(target, 'test', 'benign', 'benign_0000.png');
    const [found, ...others] = await library.describeSyntheticFiles({ files: [real, synthetic] });
    assert.deepEqual(others, []);
    assert.deepEqual(
      [found.file, found.run, found.sampleId, found.className],
      [synthetic, id, table.ids[1], className],
    );
    assert.ok(Math.abs(found.miAfter - table.miAfter[1]) < 1e-6);
  });
});

test('a dataset’s summary has its place, and what cannot be read is listed', async () => {
  const root = await writePictures(path.join(folder, 'inspected'), [
    ...['1', '2', '3', '4'].flatMap((name) => [`cat/${name}.png`, `dog/${name}.png`]),
  ]);
  writeFileSync(path.join(root, 'cat', 'broken.png'), 'no picture');
  const progress: { done: number; total: number }[] = [];
  const summary = await library.inspectDataset(
    { path: root, imageSize: 8 },
    { progress: (value) => progress.push(value) },
  );
  assert.deepEqual([summary.path, summary.name, summary.splitSource], [root, 'inspected', 'drawn']);
  assert.deepEqual(summary.classNames, ['cat', 'dog']);
  assert.deepEqual(
    summary.skippedFiles.map(({ file }) => file),
    ['cat/broken.png'],
  );
  assert.equal(
    summary.splits.reduce((sum, { count }) => sum + count, 0),
    8,
  );
  assert.deepEqual(progress.at(-1), { done: 9, total: 9 });
  await assert.rejects(library.inspectDataset({ path: root }, { signal: AbortSignal.abort() }), {
    code: 'cancelled',
  });
  await assert.rejects(library.checkDataset({ run: splitRun.paths.root }, { signal: AbortSignal.abort() }), {
    code: 'cancelled',
  });
});
