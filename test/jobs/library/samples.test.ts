import assert from 'node:assert/strict';
import {
  appendFileSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { Library } from '../../../src/jobs/library/library.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';
import { writeTinyDataset } from '../../support/tinyRun.ts';
import { greyPng, handMadeRun, recordOf, SIDE, type HandMade } from './handMadeRun.ts';

const folder = temporaryFolder();
const dataset = { path: writeTinyDataset(path.join(folder, 'tiny.npz')), format: 'npz' } as const;
const library = new Library();
let runs = 0;

const makeRun = async (options: Partial<HandMade> = {}) => {
  const run = await handMadeRun(path.join(folder, `runs-${runs++}`), { dataset, ...options });
  return run.paths;
};
const read = (root: string) => library.readSamples({ run: root });
const messagesOf = async (root: string): Promise<string[]> =>
  (await read(root)).notices.map(({ message }) => message);
const lineOf = (index: number): string => `${JSON.stringify(recordOf(index))}\n`;
const idsOf = (...indices: number[]): string[] => indices.map((index) => recordOf(index).id);

describe('the table of samples', () => {
  test('has one entry a sample in each column', async () => {
    const { root } = await makeRun();
    const { table, notices } = await read(root);
    assert.deepEqual(notices, []);
    const column = (step: number): Float32Array =>
      Float32Array.from({ length: 6 }, (_, index) => step * index);
    assert.deepEqual(table, {
      ids: idsOf(0, 1, 2, 3, 4, 5),
      labels: [0, 1, 0, 1, 0, 1],
      predictedLabels: [0, 1, 1, 0, 1, 1],
      miBefore: column(0.01),
      miAfter: column(0.02),
      entropyBefore: column(0.03),
      entropyAfter: column(0.04),
      latentDistance: column(1),
      numMcSamples: 20,
    });
  });

  test('of a run without samples is empty, with the masks of its settings', async () => {
    const { root, samples } = await makeRun({ count: 0, manifest: { status: 'stopped', result: undefined } });
    rmSync(samples);
    const { table, notices } = await read(root);
    assert.deepEqual([table.ids, table.numMcSamples, notices], [[], 4, []]);
  });

  test('grows with its file', async () => {
    const { root, samples } = await makeRun({ count: 2 });
    assert.equal((await read(root)).table.ids.length, 2);
    const [begin, end] = [lineOf(2).slice(0, 100), lineOf(2).slice(100)];
    appendFileSync(samples, begin);
    assert.deepEqual((await read(root)).table.ids, idsOf(0, 1));
    appendFileSync(samples, end + lineOf(3));
    assert.deepEqual((await read(root)).table.ids, idsOf(0, 1, 2, 3));
    const details = await library.readSampleDetails({ run: root, id: 'sample-000003' });
    assert.equal(details.record.miAfter, 0.06);
  });

  test('is read anew when its file is replaced by a longer one', async () => {
    const { root, samples } = await makeRun({ count: 2 });
    await read(root);
    writeFileSync(samples, [5, 4, 3].map(lineOf).join(''));
    assert.deepEqual((await read(root)).table.ids, idsOf(5, 4, 3));
  });
});

describe('what is wrong with samples.jsonl is said, and the rest is read', () => {
  test('a torn last line', async () => {
    const { root, samples } = await makeRun();
    appendFileSync(samples, lineOf(6).slice(0, 50));
    assert.equal((await read(root)).table.ids.length, 6);
    assert.deepEqual(await messagesOf(root), [
      'samples.jsonl: the last line was cut off while it was written; it is left out.',
    ]);
  });

  test('damaged lines in the middle', async () => {
    const { root, samples } = await makeRun();
    const lines = readFileSync(samples, 'utf8').split('\n');
    lines[2] = lines[2].slice(0, 40);
    writeFileSync(samples, lines.join('\n'));
    assert.deepEqual((await read(root)).table.ids, idsOf(0, 1, 3, 4, 5));
    assert.deepEqual(await messagesOf(root), ['samples.jsonl: line 3 is damaged and left out.']);
    lines[0] = '';
    lines[4] = lines[4].replace('"label":0', '"label":2');
    writeFileSync(samples, lines.join('\n'));
    assert.deepEqual((await read(root)).table.ids, idsOf(1, 3, 5));
    assert.deepEqual(await messagesOf(root), ['samples.jsonl: lines 1, 3 and 5 are damaged and left out.']);
    writeFileSync(samples, `${'damaged\n'.repeat(20)}${lineOf(0)}`);
    assert.deepEqual(await messagesOf(root), [
      'samples.jsonl: lines 1, 2, 3, 4, 5 and 15 more are damaged and left out.',
    ]);
  });

  test('a sample that is there twice', async () => {
    const { root, samples } = await makeRun();
    appendFileSync(samples, lineOf(1));
    assert.equal((await read(root)).table.ids.length, 6);
    assert.deepEqual(await messagesOf(root), ['samples.jsonl: line 7 repeats a sample and is left out.']);
  });

  test('a file that is gone, though the run made samples', async () => {
    const { root, samples } = await makeRun();
    rmSync(samples);
    assert.deepEqual(await messagesOf(root), [
      'samples.jsonl holds none of the 6 samples that the run made.',
    ]);
  });

  test('a later run.json opens nothing', async () => {
    const { root, manifest } = await makeRun();
    writeFileSync(manifest, '{"formatVersion": 7}');
    await assert.rejects(read(root), { code: 'run/corrupt', remedy: 'Update TSynD to open this run.' });
  });
});

describe('one sample', () => {
  test('has all fields of its record, and its parent’s place', async () => {
    const { root } = await makeRun();
    const details = await library.readSampleDetails({ run: root, id: 'sample-000004' });
    const record = recordOf(4);
    assert.deepEqual(details, {
      id: record.id,
      record,
      probsBefore: record.probsBefore,
      probsAfter: record.probsAfter,
      source: { file: undefined, index: 4, path: dataset.path, exists: true },
    });
    await assert.rejects(library.readSampleDetails({ run: root, id: 'sample-9' }), {
      code: 'sample/not-found',
      message: /There is no sample sample-9 in run 20260131-120000-tiny-mi\./,
    });
  });
});

describe('synthetic images', () => {
  const images = (run: string, ...ids: string[]) =>
    library.readSampleImages({ run, ids, layer: 'synthetic' });

  test('come in one piece, in the order that was asked for', async () => {
    const { root } = await makeRun();
    const batch = await images(root, ...idsOf(5, 1));
    const { pixels, ...rest } = batch;
    assert.deepEqual(rest, { ids: idsOf(5, 1), width: SIDE, height: SIDE, channels: 1, missing: [] });
    assert.deepEqual(
      pixels,
      Uint8Array.from([...new Array<number>(64).fill(5), ...new Array<number>(64).fill(1)]),
    );
  });

  test('that are gone, broken, of another size or not of the run are listed, with a reason', async () => {
    const { root } = await makeRun();
    const fileOf = (index: number): string => path.join(root, recordOf(index).file);
    rmSync(fileOf(0));
    writeFileSync(fileOf(1), (await greyPng(1)).subarray(0, 60));
    writeFileSync(fileOf(2), await greyPng(2, 12));
    writeFileSync(path.join(folder, 'secret.png'), await greyPng(200));
    rmSync(fileOf(3));
    symlinkSync(path.join(folder, 'secret.png'), fileOf(3));
    writeFileSync(fileOf(4), '');
    const batch = await images(root, ...idsOf(0, 1, 2, 3, 4, 5), 'sample-9');
    assert.deepEqual(batch.ids, idsOf(5));
    assert.deepEqual([...new Set(batch.pixels)], [5]);
    const reasons = Object.fromEntries(batch.missing.map(({ id, reason }) => [id, reason]));
    const start = 'synthetic/';
    assert.equal(reasons['sample-000000'], `${start}left/sample-000000.png cannot be read: it is not there.`);
    assert.match(reasons['sample-000001'], /^synthetic\/right\/sample-000001\.png cannot be read: .+\.$/);
    assert.equal(
      reasons['sample-000002'],
      `${start}left/sample-000002.png cannot be read: it is 12 x 12 pixels, where the run has 8 x 8.`,
    );
    assert.equal(
      reasons['sample-000003'],
      `${start}right/sample-000003.png is a link that leads out of the run.`,
    );
    assert.equal(reasons['sample-000004'], `${start}left/sample-000004.png cannot be read: it is empty.`);
    assert.equal(reasons['sample-9'], 'There is no sample sample-9 in this run.');
    assert.deepEqual(await messagesOf(root), [
      '1 of 6 images is missing; its numbers and decision are kept.',
    ]);
  });

  test('of a whole folder that is gone are counted', async () => {
    const { root } = await makeRun();
    rmSync(path.join(root, 'synthetic', 'left'), { recursive: true });
    assert.deepEqual(await messagesOf(root), [
      '3 of 6 images are missing; their numbers and decisions are kept.',
    ]);
  });

  test('are read through a run folder that is itself a link', async () => {
    const { root } = await makeRun();
    mkdirSync(path.join(folder, 'elsewhere'), { recursive: true });
    const moved = path.join(folder, 'elsewhere', path.basename(root));
    renameSync(root, moved);
    symlinkSync(moved, root);
    assert.equal((await images(root, ...idsOf(3))).ids.length, 1);
  });
});
