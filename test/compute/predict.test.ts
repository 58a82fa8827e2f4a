/** A run's classifier about single images, through the built compute process. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import sharp from 'sharp';
import { openDataset } from '../../src/data/openDataset.ts';
import { encodePng } from '../../src/data/encodePng.ts';
import { readLines } from '../../src/runs/jsonLines.ts';
import { runPaths } from '../../src/runs/runFolder.ts';
import { sampleRecordSchema, type SampleRecord } from '../../src/runs/sampleRecord.ts';
import { computeProcess, failureOf } from '../support/processes.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';
import { stoppedRun, tinyRun, TINY_SETTINGS, writeTinyDataset } from '../support/tinyRun.ts';

const folder = temporaryFolder();
const out = path.join(folder, 'runs');
const { client: compute } = computeProcess();

/** Records are float32, and were measured in batches. */
const TOLERANCE = 1e-6;

async function trainedRun(dataset: string): Promise<{ run: string; records: readonly SampleRecord[] }> {
  const { folder: run } = await tinyRun(dataset, out, {
    // Trained long enough for its answers to differ from image to image.
    classifier: { ...TINY_SETTINGS.classifier, duration: { epochs: 12 } },
  });
  const { values: records } = await readLines(runPaths(run).samples, sampleRecordSchema);
  return { run, records };
}

const TASKS = [
  { task: 'binary-class', channels: 1 },
  { task: 'multi-class', channels: 3 },
  { task: 'multi-label', channels: 1 },
] as const;

type Case = (typeof TASKS)[number] & { readonly dataset: string } & Awaited<ReturnType<typeof trainedRun>>;
const cases: Case[] = [];
for (const kind of TASKS) {
  const dataset = writeTinyDataset(path.join(folder, `${kind.task}.npz`), kind);
  cases.push({ ...kind, dataset, ...(await trainedRun(dataset)) });
}
// For what does not depend on the task.
const [{ dataset: greyDataset, run, records }] = cases;
const sampleFile = path.join(run, records[0].file);

for (const { task, channels, dataset, run, records } of cases) {
  test(`${task}: the file of a sample gets the numbers of its record`, async () => {
    for (const record of records) {
      const image = { kind: 'file', path: path.join(run, record.file) } as const;
      const prediction = await compute.request('image/predict', { run, image });
      assertClose(prediction.mutualInformation, record.miAfter, `mutual information of ${record.id}`);
      assertClose(prediction.predictiveEntropy, record.entropyAfter, `entropy of ${record.id}`);
      record.probsAfter.forEach((prob, label) =>
        assertClose(prediction.probs[label], prob, `probability ${label} of ${record.id}`),
      );
      assert.equal(prediction.run, run);
      assert.equal(prediction.classNames.length, prediction.probs.length);
      assert.equal(prediction.numMcSamples, record.numMcSamples);
      assert.equal(prediction.resizedTo, 8);
      assert.deepEqual(await compute.request('image/predict', { run, image }), prediction);
    }
  });

  test(`${task}: a source in the archive gets what a file of the same pixels gets`, async () => {
    const { train } = await openDataset(dataset, { seed: TINY_SETTINGS.seed });
    const length = train.pixels.length / train.count;
    for (const { id, parent } of records.slice(0, 4)) {
      const pixels = Uint8Array.from(
        train.pixels.subarray(parent.index * length, (parent.index + 1) * length),
      );
      const file = path.join(folder, `${task}-${id}.png`);
      writeFileSync(file, await encodePng({ pixels, channels, width: 8, height: 8 }));
      const asFile = await compute.request('image/predict', { run, image: { kind: 'file', path: file } });
      const source = { kind: 'source', run, sampleId: id } as const;
      assert.deepEqual(await compute.request('image/predict', { run, image: source }), asFile);
    }
  });
}

test('a file of another size, in colour, is shown as the classifier takes it', async () => {
  const expected = await compute.request('image/predict', { run, image: { kind: 'file', path: sampleFile } });
  const image = path.join(folder, 'large.png');
  const large = await sharp(sampleFile)
    .resize(64, 64, { kernel: 'nearest' })
    .toColourspace('srgb')
    .toBuffer();
  await sharp(large).png().toFile(image);
  const prediction = await compute.request('image/predict', { run, image: { kind: 'file', path: image } });
  assert.equal(prediction.resizedTo, 8);
  assert.equal(prediction.probs.length, expected.probs.length);

  // A tinge that JPEG, for example, leaves on grey images changes next to nothing.
  const { data } = await sharp(sampleFile).toColourspace('srgb').raw().toBuffer({ resolveWithObject: true });
  const colour = Buffer.from(data.map((value, index) => (index === 0 ? Math.min(value + 1, 255) : value)));
  const tinged = path.join(folder, 'tinged.png');
  await sharp(colour, { raw: { width: 8, height: 8, channels: 3 } })
    .png()
    .toFile(tinged);
  const near = await compute.request('image/predict', { run, image: { kind: 'file', path: tinged } });
  near.probs.forEach((prob, label) => assert.ok(Math.abs(prob - expected.probs[label]) < 0.01));
});

test('several at once, of several runs, are answered each', async () => {
  const asked = records.flatMap((_, index) =>
    cases.map(({ run, records }) => {
      const image = { kind: 'file', path: path.join(run, records[index].file) } as const;
      return { run, image };
    }),
  );
  const one = [];
  for (const params of asked) one.push(await compute.request('image/predict', params));
  const all = await Promise.all(asked.map((params) => compute.request('image/predict', params)));
  assert.deepEqual(all, one);
});

test('images are looked at while a run trains', async () => {
  const long = await stoppedRun(greyDataset, out, {
    autoencoder: { ...TINY_SETTINGS.autoencoder, updates: 300 },
  });
  const order: string[] = [];
  let predicting: Promise<void> | undefined;
  const predict = async (): Promise<void> => {
    await compute.request('image/predict', { run, image: { kind: 'file', path: sampleFile } });
    order.push('prediction');
  };
  const onProgress = (): void => {
    predicting ??= predict();
  };
  await compute.request('run/resume', { run: long }, { onProgress });
  order.push('run');
  await predicting;
  assert.deepEqual(order, ['prediction', 'run']);
});

test('what cannot be predicted is told in words', async () => {
  const predict = (from: string, file: string): Promise<unknown> =>
    compute.request('image/predict', { run: from, image: { kind: 'file', path: file } });

  const unfinished = await stoppedRun(greyDataset, out);
  const untrained = await failureOf(predict(unfinished, sampleFile));
  assert.equal(untrained.code, 'run/incomplete');
  assert.match(untrained.message, /has no trained classifier yet\.$/);

  const text = path.join(folder, 'text.png');
  writeFileSync(text, 'no image');
  const unreadable = await failureOf(predict(run, text));
  assert.equal(unreadable.code, 'image/unreadable');
  assert.match(unreadable.message, /text\.png cannot be shown to the classifier: /);

  const missing = await failureOf(predict(run, path.join(folder, 'missing.png')));
  assert.match(missing.message, /missing\.png cannot be shown to the classifier: it is not there\.$/);

  const unknown = { kind: 'source', run, sampleId: 'sample-999999' } as const;
  const noSample = await failureOf(compute.request('image/predict', { run, image: unknown }));
  assert.equal(noSample.code, 'sample/not-found');
});

test('a checkpoint that has changed is read again', async () => {
  const other = await tinyRun(greyDataset, out, { seed: 5 });
  const image = { kind: 'file', path: sampleFile } as const;
  const before = await compute.request('image/predict', { run: other.folder, image });
  writeFileSync(runPaths(other.folder).classifier, 'torn');
  const failure = await failureOf(compute.request('image/predict', { run: other.folder, image }));
  assert.equal(failure.code, 'run/corrupt');
  assert.ok(before.probs.length > 0);
});

function assertClose(found: number, expected: number, what: string): void {
  assert.ok(Math.abs(found - expected) < TOLERANCE, `${what} is ${found}, recorded ${expected}`);
}
