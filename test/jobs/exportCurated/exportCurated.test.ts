import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { before, describe, test } from 'node:test';
import { parse } from 'csv-parse/sync';
import sharp from 'sharp';
import { z } from 'zod';
import { SPLIT_NAMES, type Dataset } from '../../../src/data/dataset.ts';
import { openDataset } from '../../../src/data/openDataset.ts';
import { writeSampleDataset } from '../../../src/data/sampleDataset.ts';
import { openZip } from '../../../src/data/zipArchive.ts';
import { CurationSession } from '../../../src/jobs/curation/curationSession.ts';
import { exportCurated } from '../../../src/jobs/exportCurated/exportCurated.ts';
import { Library } from '../../../src/jobs/library/library.ts';
import { EXPORT_FORMATS } from '../../../src/protocol/libraryApi.ts';
import { readLines } from '../../../src/runs/jsonLines.ts';
import { runPaths } from '../../../src/runs/runFolder.ts';
import { sampleRecordSchema, type SampleRecord } from '../../../src/runs/sampleRecord.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';
import { tinyRun, writeTinyDataset } from '../../support/tinyRun.ts';

const folder = temporaryFolder();
const out = path.join(folder, 'runs');
let targets = 0;
const newTarget = (format: string): string =>
  path.join(folder, `export-${++targets}${format === 'npz' ? '.npz' : ''}`);

interface Curated {
  readonly run: string;
  readonly dataset: Dataset;
  readonly accepted: readonly SampleRecord[];
}

/** A finished run with nine of ten samples accepted and one rejected. */
async function curatedRun(datasetPath: string, change = {}): Promise<Curated> {
  const { folder: run } = await tinyRun(datasetPath, out, change);
  const { values } = await readLines(runPaths(run).samples, sampleRecordSchema);
  const accepted = values.filter((_, index) => index !== 2);
  const session = await CurationSession.open(run);
  await session.decide(
    accepted.map(({ id }) => id),
    'accepted',
  );
  await session.decide([values[2].id], 'rejected');
  await session.close();
  return { run, dataset: await openDataset(datasetPath, { seed: 1, imageSize: 8 }), accepted };
}

/** SHA-256 of all files of a folder, by path. */
function digestOf(root: string): Record<string, string> {
  const entries = readdirSync(root, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name));
  return Object.fromEntries(
    files.map((file) => [file, createHash('sha256').update(readFileSync(file)).digest('hex')]),
  );
}

async function syntheticPixels({ run, accepted }: Curated): Promise<Buffer[]> {
  return Promise.all(
    accepted.map(async ({ file }) => {
      const { data, info } = await sharp(path.join(run, file))
        .toColourspace('b-w')
        .raw()
        .toBuffer({ resolveWithObject: true });
      assert.equal(info.channels, 1);
      return data;
    }),
  );
}

/** [H, W] of each image of a split. */
function imagesOf({ pixels, count }: Dataset['train'] | Dataset['val'] | Dataset['test']): string[] {
  const size = pixels.length / count;
  return Array.from({ length: count }, (_, index) =>
    Buffer.from(pixels.slice(index * size, (index + 1) * size)).toString('hex'),
  );
}

/** Node 20 has no assert.partialDeepStrictEqual. */
function assertIncludes(actual: unknown, expected: Readonly<Record<string, unknown>>): void {
  const found = z.looseObject({}).parse(actual);
  assert.deepEqual(Object.fromEntries(Object.keys(expected).map((key) => [key, found[key]])), expected);
}

describe('an export from an archive', () => {
  let curated: Curated;
  before(async () => {
    curated = await curatedRun(writeTinyDataset(path.join(folder, 'tiny.npz'), { task: 'multi-class' }));
  });

  for (const format of EXPORT_FORMATS) {
    test(`as ${format} opens again with the real images as they were and the accepted ones in train`, async () => {
      const before = digestOf(curated.run);
      const target = newTarget(format);
      const progress: number[] = [];
      const result = await exportCurated({
        run: curated.run,
        format,
        target,
        syntheticOnly: false,
        onProgress: (done) => progress.push(done),
      });
      assert.equal(result.synthetic, 9);
      assert.deepEqual(result.real, { train: 40, val: 12, test: 12 });
      assert.equal(progress.at(-1), 73);
      const opened = await openDataset(result.dataset, { seed: 9, imageSize: 8 });
      assert.equal(opened.splitSource, 'given');
      assert.deepEqual(opened.skippedFiles, []);
      assert.deepEqual(opened.classNames, curated.dataset.classNames);
      for (const split of ['val', 'test'] as const) {
        assert.deepEqual(imagesOf(opened[split]).sort(), imagesOf(curated.dataset[split]).sort());
      }
      const synthetic = (await syntheticPixels(curated)).map((pixels) => pixels.toString('hex'));
      assert.deepEqual(
        imagesOf(opened.train).sort(),
        [...imagesOf(curated.dataset.train), ...synthetic].sort(),
      );
      const labelsBy = (dataset: Dataset): Map<string, number> =>
        new Map(imagesOf(dataset.train).map((image, index) => [image, dataset.train.labels[index]]));
      const labels = labelsBy(opened);
      for (const [image, label] of labelsBy(curated.dataset)) assert.equal(labels.get(image), label);
      curated.accepted.forEach(({ label }, index) => assert.equal(labels.get(synthetic[index]), label));
      assert.deepEqual(digestOf(curated.run), before, 'the run is left as it was');
    });

    test(`as ${format} with synthetic images only keeps real ones for validation and test`, async () => {
      const target = newTarget(format);
      const { dataset } = await exportCurated({ run: curated.run, format, target, syntheticOnly: true });
      const opened = await openDataset(dataset, { seed: 9, imageSize: 8 });
      assert.deepEqual(
        SPLIT_NAMES.map((split) => opened[split].count),
        [9, 12, 12],
      );
    });
  }

  test('names parent, method, uncertainty and run of each synthetic image, in every format', async () => {
    const [first] = curated.accepted;
    const expected = {
      synthetic: true,
      run: path.basename(curated.run),
      sample_id: first.id,
      method: first.method,
      parent_index: first.parent.index,
      mi_before: first.miBefore,
      mi_after: first.miAfter,
      num_mc_samples: first.numMcSamples,
    };
    const json = z.looseObject({ sample_id: z.string().nullable() });
    const find = (text: string): unknown =>
      text
        .trimEnd()
        .split('\n')
        .map((line) => json.parse(JSON.parse(line)))
        .find(({ sample_id }) => sample_id === first.id);
    const run = (format: 'folder' | 'csv' | 'npz') =>
      exportCurated({ run: curated.run, format, target: newTarget(format), syntheticOnly: false });

    const folderExport = (await run('folder')).dataset;
    const line = find(readFileSync(path.join(folderExport, 'train', 'metadata.jsonl'), 'utf8'));
    assertIncludes(line, expected);
    const { file_name } = z.looseObject({ file_name: z.string() }).parse(line);
    assert.deepEqual(
      readFileSync(path.join(folderExport, 'train', file_name)),
      readFileSync(path.join(curated.run, first.file)),
    );
    const description: unknown = JSON.parse(readFileSync(path.join(folderExport, 'tsynd.json'), 'utf8'));
    assertIncludes(description, {
      run: path.basename(curated.run),
      dataset: { name: 'tiny', sha256: curated.dataset.sha256 },
      synthetic: 9,
      real: { train: 40, val: 12, test: 12 },
    });

    const rows: unknown = parse(readFileSync((await run('csv')).dataset), { columns: true });
    const row = z
      .array(json)
      .parse(rows)
      .find(({ sample_id }) => sample_id === first.id);
    const texts = Object.entries(expected).map(([name, value]): [string, string] => [name, String(value)]);
    assertIncludes(row, Object.fromEntries(texts));

    const archive = await openZip((await run('npz')).dataset);
    const metadata = (await archive.read('metadata.jsonl')).toString();
    archive.close();
    assertIncludes(find(metadata), { ...expected, split: 'train', index: 40 });
  });

  for (const [format, images] of [
    ['folder', ''],
    ['csv', 'images'],
  ] as const) {
    test(`as ${format} has synthetic images that the editor knows`, async () => {
      const target = newTarget(format);
      await exportCurated({ run: curated.run, format, target, syntheticOnly: false });
      const train = path.join(target, images, 'train');
      const files = readdirSync(train, { recursive: true, encoding: 'utf8' }).map((file) =>
        path.join(train, file),
      );
      const found = await new Library().describeSyntheticFiles({ files });
      assert.deepEqual(
        found.map(({ sampleId, miAfter }) => [sampleId, miAfter]).sort(),
        curated.accepted.map(({ id, miAfter }) => [id, miAfter]).sort(),
      );
    });
  }

  test('never replaces anything, and leaves nothing behind when it fails', async () => {
    const target = newTarget('folder');
    const request = { run: curated.run, format: 'folder', target, syntheticOnly: false } as const;
    mkdirSync(target);
    await assert.rejects(exportCurated(request), { code: 'file/exists' });
    assert.deepEqual(readdirSync(target), []);

    const cancelled = newTarget('folder');
    const controller = new AbortController();
    const onProgress = (done: number): void => {
      if (done === 10) controller.abort();
    };
    const job = exportCurated({ ...request, target: cancelled, signal: controller.signal, onProgress });
    await assert.rejects(job, { code: 'cancelled' });
    assert.equal(existsSync(cancelled), false);
    assert.deepEqual(
      readdirSync(folder).filter((name) => name.startsWith('.part-')),
      [],
    );
    const inside = exportCurated({ ...request, target: path.join(curated.run, 'export') });
    await assert.rejects(inside, { code: 'settings/invalid', message: /lies inside/ });
    symlinkSync(curated.run, path.join(folder, 'link'));
    const linked = exportCurated({ ...request, target: path.join(folder, 'link', 'new', 'export') });
    await assert.rejects(linked, { code: 'settings/invalid', message: /lies inside/ });
    const misnamed = exportCurated({ ...request, format: 'npz', target: path.join(folder, 'set.zip') });
    await assert.rejects(misnamed, { code: 'settings/invalid', message: /\.npz/ });
  });
});

test('one of two exports to the same place at the same time is refused', async () => {
  const { run } = await curatedRun(writeTinyDataset(path.join(folder, 'twice.npz')));
  const request = { run, format: 'folder', target: newTarget('folder'), syntheticOnly: false } as const;
  let second: Promise<unknown> | undefined;
  const onProgress = (): void => {
    second ??= assert.rejects(exportCurated(request), { code: 'file/exists' });
  };
  const { dataset } = await exportCurated({ ...request, onProgress });
  await second;
  assert.equal((await openDataset(dataset, { seed: 0, imageSize: 8 })).train.count, 49);
});

test('an export that would leave a class without training images is refused', async () => {
  const dataset = writeTinyDataset(path.join(folder, 'lonely.npz'), { task: 'multi-class' });
  const { run, accepted } = await curatedRun(dataset);
  const session = await CurationSession.open(run);
  const others = accepted.filter(({ label }) => label !== 1);
  await session.decide(
    others.map(({ id }) => id),
    'cleared',
  );
  await session.close();
  const request = { run, format: 'folder', target: newTarget('folder') } as const;
  await assert.rejects(exportCurated({ ...request, syntheticOnly: true }), {
    code: 'export/nothing',
    message: 'The export would have no training image of the classes 0, 2.',
    remedy: 'Accept samples of every class, or export the real training images, too.',
  });
  assert.equal(existsSync(request.target), false);
  const { synthetic } = await exportCurated({ ...request, syntheticOnly: false });
  assert.equal(synthetic, accepted.length - others.length);
});

test('an accepted image that is gone or broken is named, in every format', async () => {
  const { run, accepted } = await curatedRun(writeTinyDataset(path.join(folder, 'damaged.npz')));
  const file = path.join(run, accepted[0].file);
  const damages = [() => writeFileSync(file, 'no PNG'), () => rmSync(file)];
  for (const damage of damages) {
    damage();
    for (const format of EXPORT_FORMATS) {
      const target = newTarget(format);
      await assert.rejects(exportCurated({ run, format, target, syntheticOnly: false }), {
        code: 'image/unreadable',
        message: new RegExp(`^The accepted image .*${accepted[0].id}\\.png cannot be read: `),
        remedy: 'Restore it, or reject it, then export again.',
      });
      assert.equal(existsSync(target), false);
    }
  }
});

test('what a gallery leaves out of samples.jsonl is left out of an export, too', async () => {
  const { run, accepted } = await curatedRun(writeTinyDataset(path.join(folder, 'repeated.npz')));
  const { samples } = runPaths(run);
  const lines = readFileSync(samples, 'utf8').split('\n');
  // The first sample again, and the second as of a class that the dataset does not have.
  lines[1] = JSON.stringify({ ...accepted[1], label: 7 });
  writeFileSync(samples, [lines[0], ...lines].join('\n'));
  const target = newTarget('folder');
  const { synthetic } = await exportCurated({ run, format: 'folder', target, syntheticOnly: false });
  assert.equal(synthetic, accepted.length - 1);
});

test('an export of a run whose dataset is gone says where it was', async () => {
  const dataset = writeTinyDataset(path.join(folder, 'gone.npz'));
  const { run } = await curatedRun(dataset);
  rmSync(dataset);
  await assert.rejects(
    exportCurated({ run, format: 'csv', target: newTarget('csv'), syntheticOnly: false }),
    {
      code: 'dataset/not-found',
      message: `The dataset of run ${path.basename(run)} is not at ${dataset} any more.`,
      remedy: /Put it back there/,
    },
  );
});

test('an export without accepted samples says so', async () => {
  const { folder: run } = await tinyRun(writeTinyDataset(path.join(folder, 'plain.npz')), out);
  const job = exportCurated({ run, format: 'csv', target: newTarget('csv'), syntheticOnly: false });
  await assert.rejects(job, { code: 'export/nothing' });
});

test('multi-label data are exported as archives only', async () => {
  const dataset = writeTinyDataset(path.join(folder, 'multiLabel.npz'), { task: 'multi-label' });
  const { run } = await curatedRun(dataset);
  const target = newTarget('npz');
  const result = await exportCurated({ run, format: 'npz', target, syntheticOnly: false });
  const opened = await openDataset(result.dataset, { seed: 0 });
  assert.equal(opened.task, 'multi-label');
  assert.equal(opened.train.count, 49);
  const folders = exportCurated({ run, format: 'folder', target: newTarget('folder'), syntheticOnly: false });
  await assert.rejects(folders, { code: 'settings/invalid' });
});

describe('an export from image files', () => {
  const original = path.join(folder, 'phantoms');
  let curated: Curated;
  before(async () => {
    await writeSampleDataset(original, { classes: 2, imagesPerClass: 20 });
    curated = await curatedRun(original, { imageSize: 8, fraction: 0.5 });
  });

  for (const format of ['folder', 'csv'] as const) {
    test(`as ${format} copies the originals byte by byte, and of train only what the run used`, async () => {
      const before = digestOf(original);
      const target = newTarget(format);
      const { dataset, real } = await exportCurated({
        run: curated.run,
        format,
        target,
        syntheticOnly: false,
      });
      assert.deepEqual(digestOf(original), before, 'the dataset is left as it was');
      assert.equal(real.train, Math.round(curated.dataset.train.count / 2));
      const exported = new Set(Object.values(digestOf(target)));
      for (const split of ['val', 'test'] as const) {
        for (const { file } of curated.dataset[split].sources) {
          assert.ok(
            exported.has(before[path.join(original, file ?? '')]),
            `${String(file)} is in the export`,
          );
        }
      }
      const opened = await openDataset(dataset, { seed: 0, imageSize: 8 });
      assert.equal(opened.train.count, real.train + 9);
      assert.deepEqual(opened.classNames, ['benign', 'malignant']);
    });
  }
});
