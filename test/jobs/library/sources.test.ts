import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { openDataset } from '../../../src/data/openDataset.ts';
import { writeSampleDataset } from '../../../src/data/sampleDataset.ts';
import { integers, randomKey } from '../../../src/engine/random.ts';
import { Library } from '../../../src/jobs/library/library.ts';
import { SourceImages } from '../../../src/jobs/library/sourceImages.ts';
import type { SampleRecord } from '../../../src/runs/sampleRecord.ts';
import { npyOf, zipOf } from '../../data/helpers.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';
import { tinyRun, writeTinyDataset } from '../../support/tinyRun.ts';
import { greyPng, handMadeRun, recordOf, SIDE } from './handMadeRun.ts';

const folder = temporaryFolder();
const library = new Library();
const idsOf = (...indices: number[]): string[] => indices.map((index) => recordOf(index).id);
const sources = (run: string, ...ids: string[]) => library.readSampleImages({ run, ids, layer: 'source' });
const checkDataset = async (run: string): Promise<string[]> =>
  (await library.checkDataset({ run })).map(({ message }) => message);

/** Two folders of five pictures each, picture i of grey 10 i. */
async function writeFolders(name: string): Promise<string> {
  const root = path.join(folder, name);
  for (const [label, className] of ['left', 'right'].entries()) {
    mkdirSync(path.join(root, className), { recursive: true });
    for (let index = label; index < 10; index += 2) {
      writeFileSync(path.join(root, className, `${index}.png`), await greyPng(10 * index));
    }
  }
  return root;
}

const withFile =
  (fileOf: (index: number) => string) =>
  (record: SampleRecord, index: number): SampleRecord => ({
    ...record,
    parent: { ...record.parent, file: fileOf(index) },
  });
const folderFile = (index: number): string => `${['left', 'right'][index % 2]}/${index}.png`;

describe('source images of an archive', () => {
  test('are the rows that the run trained on', async () => {
    const dataset = { path: writeTinyDataset(path.join(folder, 'tiny.npz')), format: 'npz' } as const;
    const { paths } = await handMadeRun(path.join(folder, 'archive'), { dataset });
    const { train } = await openDataset(dataset.path, { seed: 1 });
    const batch = await sources(paths.root, ...idsOf(4, 2), 'sample-9');
    assert.deepEqual([batch.ids, batch.width, batch.channels], [idsOf(4, 2), SIDE, 1]);
    const rows = [train.pixels.subarray(4 * 64, 5 * 64), train.pixels.subarray(2 * 64, 3 * 64)];
    assert.deepEqual(
      [...batch.pixels],
      rows.flatMap((row) => [...row]),
    );
    assert.deepEqual(batch.missing, [{ id: 'sample-9', reason: 'There is no sample sample-9 in this run.' }]);
    const { pixels, maxValue } = await new SourceImages().sourceImage(paths.root, 'sample-000004');
    assert.deepEqual([[...pixels], maxValue], [[...rows[0]], 255]);
  });

  test('with drawn splits are found by their row, and at any size', async () => {
    const count = 40;
    const pixels = integers(randomKey(5), count * 12 * 12, 65536);
    const labels = Uint8Array.from({ length: count }, (_, index) => index % 2);
    const file = path.join(folder, 'drawn.npz');
    const bytes = new Uint8Array(Uint16Array.from(pixels).buffer);
    writeFileSync(
      file,
      zipOf([
        { name: 'train_images.npy', bytes: npyOf('<u2', [count, 12, 12], bytes) },
        { name: 'train_labels.npy', bytes: npyOf('|u1', [count, 1], labels) },
      ]),
    );
    const { train } = await openDataset(file, { seed: 1, imageSize: SIDE });
    assert.ok(train.sources.some(({ index }, position) => index !== position));
    const rows = train.sources.map(({ index }) => index);
    const { paths } = await handMadeRun(path.join(folder, 'drawn'), {
      dataset: { path: file, format: 'npz' },
      sample: (record, index) => ({ ...record, parent: { index: rows[index], split: 'train' } }),
    });
    const batch = await sources(paths.root, ...idsOf(3));
    const expected = train.pixels.subarray(3 * 64, 4 * 64);
    assert.deepEqual(
      [...batch.pixels],
      Array.from(expected, (value) => Math.round(value / 257)),
    );
    const whole = await library.readImage({
      image: { kind: 'source', run: paths.root, sampleId: 'sample-000003' },
    });
    assert.deepEqual([whole.width, whole.height, whole.bitDepth, whole.format], [12, 12, 16, 'npz']);
    assert.deepEqual([...whole.pixels], [...pixels.subarray(rows[3] * 144, (rows[3] + 1) * 144)]);
  });

  test('that has changed or is gone are all missing, for one plain reason', async () => {
    const file = writeTinyDataset(path.join(folder, 'passing.npz'));
    const { paths, id } = await handMadeRun(path.join(folder, 'passing'), {
      dataset: { path: file, format: 'npz' },
    });
    assert.deepEqual(await checkDataset(paths.root), []);
    writeTinyDataset(file, { testSeed: 9 });
    const changed = await sources(paths.root, ...idsOf(0, 1));
    const reason = `${file} has changed since run ${id} was started.`;
    assert.deepEqual(
      changed.missing,
      idsOf(0, 1).map((sample) => ({ id: sample, reason })),
    );
    assert.deepEqual([changed.ids, changed.pixels.length], [[], 0]);
    assert.deepEqual(await checkDataset(paths.root), [
      `The dataset ${file} has changed since the run was made. Samples, scores and decisions work; source images do not.`,
    ]);
    writeFileSync(file, 'no archive');
    assert.match((await checkDataset(paths.root))[0], /has changed since/);
    assert.match((await sources(paths.root, ...idsOf(0))).missing[0].reason, /passing\.npz/);
    rmSync(file);
    const gone = await sources(paths.root, ...idsOf(0));
    assert.deepEqual(gone.missing[0].reason, `The dataset ${file} is not there any more.`);
    assert.deepEqual(await checkDataset(paths.root), [
      `The dataset ${file} is not there any more. Samples, scores and decisions work; source images do not.`,
    ]);
    const { source } = await library.readSampleDetails({ run: paths.root, id: 'sample-000000' });
    assert.deepEqual([source.path, source.exists], [file, false]);
    assert.equal((await library.readSamples({ run: paths.root })).table.ids.length, 6);
  });
});

describe('source images of class folders', () => {
  test('are the files, resized as the dataset’s reader does', async () => {
    const root = await writeFolders('folders');
    writeFileSync(path.join(root, 'left', '4.png'), await greyPng(77, 16));
    const { paths } = await handMadeRun(path.join(folder, 'files'), {
      dataset: { path: root, format: 'folder' },
      sample: withFile(folderFile),
    });
    const batch = await sources(paths.root, ...idsOf(3, 4));
    assert.deepEqual(batch.missing, []);
    assert.deepEqual([...new Set(batch.pixels)], [30, 77]);
    const { source } = await library.readSampleDetails({ run: paths.root, id: 'sample-000004' });
    const file = path.join(root, 'left', '4.png');
    assert.deepEqual(source, { file: 'left/4.png', index: 4, path: file, exists: true });
    const whole = await library.readImage({
      image: { kind: 'source', run: paths.root, sampleId: 'sample-000004' },
    });
    assert.deepEqual([whole.width, whole.height, whole.format, whole.pixels[0]], [16, 16, 'png', 77]);
  });

  test('come from each file that is still there, and the check says that others changed', async () => {
    const root = await writeFolders('changing');
    const { paths } = await handMadeRun(path.join(folder, 'changing-runs'), {
      dataset: { path: root, format: 'folder' },
      sample: withFile(folderFile),
    });
    assert.deepEqual(await checkDataset(paths.root), []);
    rmSync(path.join(root, folderFile(0)));
    writeFileSync(path.join(root, folderFile(1)), 'no picture');
    const batch = await sources(paths.root, ...idsOf(0, 1, 2));
    assert.deepEqual(batch.ids, idsOf(2));
    assert.equal(
      batch.missing[0].reason,
      `The source image ${path.join(root, folderFile(0))} is not there any more.`,
    );
    assert.match(batch.missing[1].reason, /right\/1\.png cannot be read: /);
    assert.deepEqual(await checkDataset(paths.root), [
      `The dataset ${root} has changed since the run was made. ` +
        'Samples, scores and decisions work; source images are shown as they are now.',
    ]);
    renameSync(root, `${root}-away`);
    assert.equal(
      (await sources(paths.root, ...idsOf(2))).missing[0].reason,
      `The dataset ${root} is not there any more.`,
    );
  });

  test('outside of the dataset are refused, whatever samples.jsonl says', async () => {
    const root = await writeFolders('walled');
    writeFileSync(path.join(folder, 'secret.png'), await greyPng(200));
    const files = ['../secret.png', path.join(folder, 'secret.png'), 'left/../../secret.png'];
    const { paths } = await handMadeRun(path.join(folder, 'walled-runs'), {
      dataset: { path: root, format: 'folder' },
      count: 3,
      sample: withFile((index) => files[index]),
    });
    const batch = await sources(paths.root, ...idsOf(0, 1, 2));
    assert.deepEqual(batch.ids, []);
    for (const { reason } of batch.missing) assert.match(reason, /^The source .* is no file of .*walled\.$/);
    const image = { kind: 'source', run: paths.root, sampleId: 'sample-000000' } as const;
    await assert.rejects(library.readImage({ image }), { code: 'image/outside-run' });
    await assert.rejects(library.readSampleDetails({ run: paths.root, id: 'sample-000000' }), {
      code: 'image/outside-run',
    });
  });
});

describe('source images of a CSV file', () => {
  test('may lie anywhere, as long as it lists them', async () => {
    const root = await writeFolders('listed');
    const lists = path.join(folder, 'lists');
    mkdirSync(lists);
    const files = ['../listed/left/0.png', path.join(root, 'right', '1.png'), './away.png'];
    copyFileSync(path.join(root, 'left', '2.png'), path.join(lists, 'away.png'));
    const list = path.join(lists, 'list.csv');
    const lines = files.map((file, index) => `${file},${['left', 'right'][index % 2]}\n`);
    writeFileSync(list, `path,label\n${lines.join('')}`);
    const { paths } = await handMadeRun(path.join(folder, 'list-runs'), {
      dataset: { path: list, format: 'csv' },
      count: 4,
      sample: withFile((index) => [...files, '../secret.png'][index]),
    });
    const batch = await sources(paths.root, ...idsOf(0, 1, 2, 3));
    assert.deepEqual(batch.ids, idsOf(0, 1, 2));
    assert.deepEqual([...new Set(batch.pixels)], [0, 10, 20]);
    assert.equal(batch.missing[0].reason, `${list} does not list ../secret.png any more.`);
    writeFileSync(list, `path,label\n${lines[0]}`);
    const shorter = await sources(paths.root, ...idsOf(0, 1));
    assert.deepEqual([shorter.ids, shorter.missing.length], [idsOf(0), 1]);
    assert.match((await checkDataset(paths.root))[0], /list\.csv has changed since/);
  });

  test('a run on files outside of the list’s folder ends in readable samples', async () => {
    const { path: root } = await writeSampleDataset(path.join(folder, 'phantoms'), {
      classes: 2,
      imagesPerClass: 12,
    });
    const kinds = ['benign', 'malignant'];
    const rows = kinds.flatMap((kind) =>
      ['train', 'val', 'test'].flatMap((split) =>
        readdirSync(path.join(root, split, kind)).map(
          (name) => `../phantoms/${split}/${kind}/${name},${kind}`,
        ),
      ),
    );
    mkdirSync(path.join(folder, 'beside'));
    const list = path.join(folder, 'beside', 'phantoms.csv');
    writeFileSync(list, `path,label\n${rows.join('\n')}\n`);
    const { folder: run } = await tinyRun(list, path.join(folder, 'csv-runs'), { count: 4, imageSize: SIDE });
    const { table, notices } = await library.readSamples({ run });
    assert.deepEqual([table.ids.length, notices], [4, []]);
    for (const layer of ['synthetic', 'source'] as const) {
      const batch = await library.readSampleImages({ run, ids: table.ids, layer });
      assert.deepEqual([batch.ids, batch.missing], [table.ids, []]);
    }
    const { source } = await library.readSampleDetails({ run, id: table.ids[0] });
    const { train } = await openDataset(list, { seed: 1, imageSize: SIDE });
    const position = train.sources.findIndex(({ file }) => file === source.file);
    const batch = await sources(run, table.ids[0]);
    assert.deepEqual([...batch.pixels], [...train.pixels.subarray(position * 64, (position + 1) * 64)]);
    assert.deepEqual(await checkDataset(run), []);
  });
});
