import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { selectImages } from '../../../src/data/batch.ts';
import { encodePng } from '../../../src/data/encodePng.ts';
import { openDataset } from '../../../src/data/openDataset.ts';
import { readClassifier } from '../../../src/jobs/checkpoints.ts';
import { modelConfigs } from '../../../src/jobs/modelConfigs.ts';
import { openDevice } from '../../../src/jobs/devices/openDevice.ts';
import { readRunSettings } from '../../../src/jobs/openRunDataset.ts';
import { ImagePredictor } from '../../../src/jobs/predictImage.ts';
import { Predictor } from '../../../src/jobs/predictor.ts';
import { scoreDataset } from '../../../src/jobs/scores/scoreDataset.ts';
import { ScoreFolders, scorePaths } from '../../../src/jobs/scores/scoreFolders.ts';
import { ScoredImages } from '../../../src/jobs/scores/scoredImages.ts';
import { Scorer, type ImageScore } from '../../../src/jobs/scores/scorer.ts';
import { SCORED_SPLITS } from '../../../src/protocol/scoreTable.ts';
import { RunFolder } from '../../../src/runs/runFolder.ts';
import type { ScoreRecord } from '../../../src/runs/scoreRecord.ts';
import { bytesOf, npyOf, zipOf } from '../../data/helpers.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';
import { stoppedRun, tinyRun, TINY_SETTINGS, writeTinyDataset } from '../../support/tinyRun.ts';

const folder = temporaryFolder();
const out = path.join(folder, 'runs');
const COUNTS = [70, 12, 12] as const;
const TASKS = [
  { task: 'binary-class', channels: 1 },
  { task: 'multi-class', channels: 3 },
  { task: 'multi-label', channels: 1 },
] as const;
/** The device adds in another order for another number of images. */
const TOLERANCE = 1e-5;

async function recordsOf(scoresFolder: string): Promise<readonly ScoreRecord[]> {
  return (await new ScoreFolders().read(scoresFolder)).records;
}

/** An archive whose images are all of one grey, given by split, with labels 0 and 1 in turn. */
function writeGreys(
  name: string,
  splits: Readonly<Record<'train' | 'val' | 'test', readonly number[]>>,
): string {
  const file = path.join(folder, name);
  const entries = Object.entries(splits).flatMap(([split, greys]) => {
    const pixels = Uint8Array.from(greys.flatMap((grey) => new Array<number>(64).fill(grey)));
    const labels = Uint8Array.from(greys, (_, index) => index % 2);
    return [
      { name: `${split}_images.npy`, bytes: npyOf('|u1', [greys.length, 8, 8], bytesOf(pixels)) },
      { name: `${split}_labels.npy`, bytes: npyOf('|u1', [greys.length, 1], bytesOf(labels)) },
    ];
  });
  writeFileSync(file, zipOf(entries));
  return file;
}

for (const { task, channels } of TASKS) {
  describe(task, () => {
    const dataset = writeTinyDataset(path.join(folder, `${task}.npz`), { task, channels, counts: COUNTS });
    const made = tinyRun(dataset, out, {
      // Trained long enough for its answers to differ from image to image.
      classifier: { ...TINY_SETTINGS.classifier, duration: { epochs: 12 } },
    });
    const scored = made.then(({ folder: run }) =>
      scoreDataset({ run, datasetPath: dataset, splits: SCORED_SPLITS }),
    );

    test('every image gets what a prediction of its pixels says', async () => {
      const [{ folder: run }, { folder: scores }] = [await made, await scored];
      const records = await recordsOf(scores);
      const predictor = new ImagePredictor();
      for (const record of [0, 63, 64, 69, 70, 82, 93].map((row) => records[row])) {
        const { pixels } = await new ScoredImages().read(scores, record.id);
        const image = path.join(folder, `${task}-${record.id}.png`);
        const png = await encodePng({ pixels: Uint8Array.from(pixels), channels, width: 8, height: 8 });
        writeFileSync(image, png);
        const said = await predictor.predict(run, { kind: 'file', path: image });
        assertClose(record.mi, said.mutualInformation, `MI of ${record.id}`);
        assertClose(record.entropy, said.predictiveEntropy, `entropy of ${record.id}`);
        record.probs.forEach((prob, label) => assertClose(prob, said.probs[label], `of ${record.id}`));
      }
      const differing = new Set(records.map(({ mi }) => mi));
      assert.ok(differing.size > 40, `only ${differing.size} of ${records.length} numbers differ`);
    });

    test('the loss is the cross-entropy of the label without dropout', async () => {
      const run = await RunFolder.open((await made).folder);
      const configs = modelConfigs(run.manifest.dataset, readRunSettings(run));
      const state = await readClassifier(run.paths.classifier, configs.classifier);
      const { device } = await openDevice('cpu');
      const { test: images } = await openDataset(dataset, { seed: 1 });
      const predictor = await Predictor.create(device, configs, images.count, state);
      const probs = await predictor.predict(images);
      const records = (await recordsOf((await scored).folder)).filter(({ split }) => split === 'test');
      assert.equal(records.length, 12);
      const classes = configs.classifier.numClasses;
      for (const { index, label, loss } of records) {
        const row = [...probs.subarray(index * classes, (index + 1) * classes)];
        const expected =
          typeof label === 'number'
            ? -Math.log(row[label])
            : row.reduce((sum, prob, at) => sum - Math.log(label[at] === 1 ? prob : 1 - prob), 0);
        assertClose(loss, expected, `loss of test image ${index}`);
      }
      await predictor.dispose();
      await device.dispose();
    });

    test('a line names its image, its label and the prediction of its probabilities', async () => {
      const { test: images, classNames } = await openDataset(dataset, { seed: 1 });
      const records = await recordsOf((await scored).folder);
      assert.deepEqual(
        records.map(({ id }) => id),
        SCORED_SPLITS.flatMap((split, at) =>
          Array.from({ length: COUNTS[at] }, (_, index) => `${split}-${index}`),
        ),
      );
      const width = images.labels.length / images.count;
      for (const { split, index, label, predictedLabel, probs } of records) {
        if (split !== 'test') continue;
        const row = [...images.labels.subarray(index * width, (index + 1) * width)];
        assert.deepEqual([label].flat(), row);
        const predicted =
          task === 'multi-label'
            ? probs.map((prob) => (prob > 0.5 ? 1 : 0))
            : [probs.indexOf(Math.max(...probs))];
        assert.deepEqual([predictedLabel].flat(), predicted);
        assert.equal(probs.length, classNames.length);
      }
    });
  });
}

describe('scores', () => {
  const dataset = path.join(folder, 'binary-class.npz');
  const made = tinyRun(dataset, out);

  test('are the same again, and do not depend on what else is scored', async () => {
    const { folder: run } = await made;
    const all = await scoreDataset({ run, datasetPath: dataset, splits: SCORED_SPLITS });
    const again = await scoreDataset({ run, datasetPath: dataset, splits: SCORED_SPLITS });
    assert.notEqual(again.folder, all.folder);
    assert.deepEqual(
      readFileSync(scorePaths(again.folder).lines),
      readFileSync(scorePaths(all.folder).lines),
    );
    const alone = await scoreDataset({ run, datasetPath: dataset, splits: ['val'] });
    assert.deepEqual(
      await recordsOf(alone.folder),
      (await recordsOf(all.folder)).filter(({ split }) => split === 'val'),
    );
    assert.deepEqual([alone.splits, alone.images], [['val'], 12]);
  });

  test('of an image are the same wherever it stands in a batch', async () => {
    const run = await RunFolder.open((await made).folder);
    const settings = readRunSettings(run);
    const configs = modelConfigs(run.manifest.dataset, settings);
    const classifier = (await readClassifier(run.paths.classifier, configs.classifier)) ?? new Map();
    const { device } = await openDevice('cpu');
    const scorer = await Scorer.create(device, { configs, settings, classifier, maskSeed: 7 });
    const { train } = await openDataset(dataset, { seed: 1 });
    const scoresOf = async (images: typeof train): Promise<ImageScore[]> => {
      const scores: ImageScore[] = [];
      for await (const batch of scorer.score(images)) scores.push(...batch);
      return scores;
    };
    const inOrder = await scoresOf(train);
    const order = Int32Array.from({ length: 66 }, (_, n) => (n * 37 + 11) % train.count);
    assert.deepEqual(
      await scoresOf(selectImages(train, order)),
      Array.from(order, (index) => inOrder[index]),
    );
    await scorer.dispose();
    await device.dispose();
  });

  test('lie in the run with what is needed to read and to repeat them', async () => {
    const { folder: run } = await made;
    const scores = await scoreDataset({ run, datasetPath: dataset, splits: ['test', 'train'] });
    assert.equal(path.dirname(scores.folder), path.join(run, 'scores'));
    assert.match(path.basename(scores.folder), /^\d{8}-\d{6}-binary-class(-\d+)?$/);
    assert.deepEqual(readdirSync(scores.folder).sort(), ['scores.json', 'scores.jsonl']);
    const { scoredAt, runId, classifierSha256, maskSeed, ...rest } = scores;
    assert.deepEqual(rest, {
      folder: scores.folder,
      run,
      dataset: {
        path: dataset,
        name: 'binary-class',
        sha256: (await openDataset(dataset, { seed: 1 })).sha256,
        classNames: ['0', '1'],
        imageSize: 8,
        channels: 1,
      },
      splits: ['train', 'test'],
      images: COUNTS[0] + COUNTS[2],
      numMcSamples: TINY_SETTINGS.generation.numMcSamples,
    });
    assert.ok(Date.parse(scoredAt) > 0 && runId === path.basename(run));
    assert.match(classifierSha256, /^[0-9a-f]{64}$/);
    const samples = readFileSync(path.join(run, 'samples.jsonl'), 'utf8').split('\n');
    const sample = JSON.parse(samples[0]) as { maskSeed: number; classifierSha256: string };
    assert.deepEqual([sample.maskSeed, sample.classifierSha256], [maskSeed, classifierSha256]);
  });

  test('tell each image with the same pixels as another that is scored', async () => {
    const { folder: run } = await made;
    const greys = writeGreys('copies.npz', {
      train: [10, 20, 10, 30],
      val: [40, 10],
      test: [40, 50, 60, 20],
    });
    const groups = async (splits: readonly ('train' | 'val' | 'test')[]) => {
      const { folder: scores } = await scoreDataset({ run, datasetPath: greys, splits });
      const records = await recordsOf(scores);
      return Object.fromEntries(
        records.flatMap(({ id, duplicates }) => (duplicates === undefined ? [] : [[id, duplicates]])),
      );
    };
    assert.deepEqual(await groups(SCORED_SPLITS), {
      ...{ 'train-0': 0, 'train-2': 0, 'val-1': 0 },
      ...{ 'train-1': 1, 'test-3': 1 },
      ...{ 'val-0': 2, 'test-0': 2 },
    });
    assert.deepEqual(await groups(['val', 'test']), { 'val-0': 0, 'test-0': 0 });
  });

  test('of a colour dataset by a classifier of grey images are those of its greys', async () => {
    const { folder: run } = await made;
    const colour = writeTinyDataset(path.join(folder, 'colour.npz'), { channels: 3, counts: COUNTS });
    const { folder: scores, dataset: found } = await scoreDataset({
      run,
      datasetPath: colour,
      splits: ['val'],
    });
    assert.equal(found.channels, 1);
    const image = await new ScoredImages().read(scores, 'val-3');
    const { val } = await openDataset(colour, { seed: 1 });
    const [red, green, blue] = [0, 1, 2].map((channel) => val.pixels[3 * 192 + channel * 64 + 5]);
    assert.deepEqual([image.pixels.length, image.maxValue, image.channels], [64, 1, 1]);
    assertClose(image.pixels[5], (0.299 * red + 0.587 * green + 0.114 * blue) / 255, 'grey');
  });

  test('need the classes of the run, in their order', async () => {
    const { folder: run } = await made;
    const three = writeTinyDataset(path.join(folder, 'three.npz'), { task: 'multi-class' });
    await assert.rejects(scoreDataset({ run, datasetPath: three, splits: ['val'] }), {
      code: 'run/settings-differ',
      message: `${three} does not fit the classifier: run ${path.basename(run)} does not know '2'.`,
    });
    const labels = path.join(folder, 'multi-label.npz');
    await assert.rejects(
      scoreDataset({ run, datasetPath: labels, splits: ['val'] }),
      /its images have several labels each, and those of run .* have one class\.$/,
    );
  });

  test('need a classifier, a dataset that can be read, and a split', async () => {
    const { folder: run } = await made;
    const unfinished = await stoppedRun(dataset, out);
    await assert.rejects(scoreDataset({ run: unfinished, datasetPath: dataset, splits: ['val'] }), {
      code: 'run/incomplete',
    });
    const gone = path.join(folder, 'gone.npz');
    await assert.rejects(scoreDataset({ run, datasetPath: gone, splits: ['val'] }), {
      code: 'dataset/not-found',
    });
    writeFileSync(gone, 'no archive');
    await assert.rejects(scoreDataset({ run, datasetPath: gone, splits: ['val'] }), /gone\.npz/);
    await assert.rejects(scoreDataset({ run, datasetPath: dataset, splits: [] }), {
      code: 'settings/invalid',
    });
    assert.throws(() => readdirSync(path.join(unfinished, 'scores')), { code: 'ENOENT' });
  });

  test('leave nothing behind when they are cancelled between batches', async () => {
    const { folder: run } = await made;
    const before = readdirSync(path.join(run, 'scores'));
    const controller = new AbortController();
    const told: number[] = [];
    const scoring = scoreDataset({
      run,
      datasetPath: dataset,
      splits: SCORED_SPLITS,
      signal: controller.signal,
      onProgress: (done, total) => {
        told.push(done, total);
        controller.abort();
      },
    });
    await assert.rejects(scoring, { code: 'cancelled' });
    assert.deepEqual(told, [64, 94]);
    assert.deepEqual(readdirSync(path.join(run, 'scores')), before);
  });
});

function assertClose(found: number, expected: number, what: string): void {
  const error = Math.abs(found - expected);
  assert.ok(error <= TOLERANCE * Math.max(1, Math.abs(expected)), `${what}: ${found}, not ${expected}`);
}
