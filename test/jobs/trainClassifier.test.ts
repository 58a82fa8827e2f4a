import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';

import type { LabelledImages } from '../../src/data/dataset.ts';
import { readSafetensors } from '../../src/data/safetensors.ts';
import { realTrainingSet, type TrainingImages, type TrainingSet } from '../../src/data/trainingSet.ts';
import type { HostTensor } from '../../src/engine/tensor.ts';
import { resume } from '../../src/jobs/generate.ts';
import { openSession } from '../../src/jobs/openSession.ts';
import type { TrainingSession } from '../../src/jobs/runSession.ts';
import { trainAutoencoder } from '../../src/jobs/trainAutoencoder.ts';
import { trainClassifier, type TrainedClassifier } from '../../src/jobs/trainClassifier.ts';
import { validationImages } from '../../src/jobs/validationImages.ts';
import type { GenerateSettings } from '../../src/protocol/settings.ts';
import { readLines } from '../../src/runs/jsonLines.ts';
import { metricsLineSchema, type MetricsLine } from '../../src/runs/metricsLog.ts';
import { RunFolder } from '../../src/runs/runFolder.ts';
import { sampleRecordSchema } from '../../src/runs/sampleRecord.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';
import { fingerprint, runToEnd, stoppedRun, TINY_SETTINGS, writeTinyDataset } from '../support/tinyRun.ts';

const folder = temporaryFolder();
const out = path.join(folder, 'runs');
const dataset = writeTinyDataset(path.join(folder, 'binary.npz'));

type Settings = Partial<GenerateSettings['classifier']>;

async function inSession<T>(
  root: string,
  makeSet: (session: Omit<TrainingSession, 'trainingSet'>) => TrainingSet,
  action: (session: TrainingSession) => Promise<T>,
): Promise<T> {
  const { session, opened } = await openSession(await RunFolder.open(root), {});
  try {
    return await action({ ...session, trainingSet: makeSet(session) });
  } finally {
    await opened.device.dispose();
  }
}

function newRun(classifier: Settings = {}, change: Partial<GenerateSettings> = {}): Promise<string> {
  return stoppedRun(dataset, out, {
    method: 'baseline',
    count: 0,
    ...change,
    classifier: { ...TINY_SETTINGS.classifier, ...classifier },
  });
}

/** All 40 real images in 3 steps of 16, then 20 dark copies in 2. */
function realThenDark({ subset }: Omit<TrainingSession, 'trainingSet'>): TrainingSet {
  const { pixels, maxValue, labels } = subset;
  const size = pixels.length / subset.count;
  const dark: TrainingImages = {
    kind: 'training',
    count: 20,
    pixels: pixels.slice(0, 20 * size).map((value) => Math.floor(value / 2)),
    maxValue,
    labels: labels.slice(0, 20),
    real: 0,
  };
  return [realTrainingSet(subset)[0], { name: 'synthetic', images: dark }];
}

/** Trains, and stops before the loss of optimiser step `stopAt` is known, where that is given. */
async function train(
  root: string,
  makeSet: typeof realThenDark = realThenDark,
  stopAt = Infinity,
): Promise<TrainedClassifier | undefined> {
  return inSession(root, makeSet, async (session) => {
    const job = trainClassifier(session, undefined);
    for (;;) {
      const next = await job.next();
      if (next.done) return next.value;
      if (next.value.type !== 'progress' || next.value.done < stopAt) continue;
      await job.return(undefined as never);
      return undefined;
    }
  });
}

async function metricsOf(root: string): Promise<MetricsLine[]> {
  const { paths } = await RunFolder.open(root);
  return (await readLines(paths.metrics, metricsLineSchema)).values;
}

test('a second part goes on from the best of the first, numbered through, and its own best is kept', async () => {
  const root = await newRun({ duration: { epochs: 3 }, fineTuneRate: 5e-4 });
  const trained = await train(root);
  const lines = await metricsOf(root);
  assert.deepEqual(
    lines.filter(({ split }) => split === 'val').map(({ epoch }) => epoch),
    [1, 2, 3, 4, 5, 6],
  );
  const rates = lines.filter(({ split }) => split === 'train').map(({ learningRate }) => learningRate);
  [1e-3, 1e-3, 1e-4, 5e-4, 5e-4, 5e-5].forEach((rate, epoch) =>
    assert.ok(Math.abs(rates[epoch] - rate) < 1e-12, `epoch ${epoch + 1}`),
  );
  const aurocs = lines.filter(({ split, epoch }) => split === 'val' && epoch > 3).map(({ auroc }) => auroc!);
  assert.equal(trained?.best.auroc, Math.max(...aurocs));
  assert.equal(trained.best.epoch, 4 + aurocs.indexOf(Math.max(...aurocs)));
});

test('the first part is trained as it is alone', async () => {
  const [alone, both] = [await newRun(), await newRun()];
  await train(alone, ({ subset }) => realTrainingSet(subset));
  await train(both);
  const withoutTimes = (lines: MetricsLine[]): MetricsLine[] =>
    lines.filter(({ epoch }) => epoch <= 2).map((line) => ({ ...line, secondsElapsed: 0 }));
  assert.deepEqual(withoutTimes(await metricsOf(both)), withoutTimes(await metricsOf(alone)));
});

test('a second part starts from the kept weights of the first, not from its last ones', async () => {
  // So small a rate changes no weight of single precision by what counts.
  const [alone, both] = [12, 12].map((epochs) =>
    newRun({ duration: { epochs }, learningRate: 0.01, fineTuneRate: 1e-12 }),
  );
  const kept = await train(await alone, ({ subset }) => realTrainingSet(subset));
  await train(await both);
  assert.ok(kept!.best.epoch < 12, `the best epoch is not the last one: ${kept!.best.epoch}`);
  // Of several equally good epochs the first one is kept.
  const aurocs = (await metricsOf(await alone))
    .filter(({ split }) => split === 'val')
    .map(({ auroc }) => auroc!);
  assert.ok(aurocs.filter((auroc) => auroc === Math.max(...aurocs)).length > 1);
  assert.equal(kept!.best.epoch, 1 + aurocs.indexOf(Math.max(...aurocs)));

  const weightsOf = async (root: string): Promise<readonly (readonly [string, HostTensor])[]> => {
    const { tensors } = await readSafetensors((await RunFolder.open(root)).paths.classifier);
    return [...tensors].filter(([name]) => name.endsWith('weight'));
  };
  const after = new Map(await weightsOf(await both));
  for (const [name, { data }] of await weightsOf(await alone)) {
    const found = after.get(name)!.data;
    assert.ok(
      Array.from(data).every((value, at) => Math.abs(value - found[at]) < 1e-7),
      name,
    );
  }
});

test('training that stops in either part, or between them, ends in the same bytes', async () => {
  const whole = await newRun();
  await train(whole);
  // Two epochs of 3 steps, then two of 2: in the first part, at the start of the second, and within it.
  const root = await newRun();
  for (const stopAt of [4, 7, 9]) assert.equal(await train(root, realThenDark, stopAt), undefined);
  await train(root);
  assert.deepEqual(fingerprint(root), fingerprint(whole));
});

test('steps are counted over all parts, each part by its own images', async () => {
  const root = await newRun({ duration: { updates: 5 } });
  await inSession(root, realThenDark, async (session) => {
    const { events } = await runToEnd(trainClassifier(session, undefined));
    const progress = events.filter((event) => event.type === 'progress');
    // 5 updates are 2 epochs of 3 steps, and 3 epochs of 2.
    assert.deepEqual(
      progress.map(({ done }) => done),
      Array.from({ length: 12 }, (_, step) => step + 1),
    );
    assert.ok(progress.every(({ total }) => total === 12));
  });
});

test("DeiT's recipe warms up, and decays weights", async () => {
  const duration = { epochs: 10 };
  const root = await newRun({ recipe: 'deit', duration, learningRate: 5e-4 });
  await train(root, ({ subset }) => realTrainingSet(subset));
  const rates = (await metricsOf(root))
    .filter(({ split }) => split === 'train')
    .map(({ learningRate }) => learningRate);
  assert.equal(rates[0], 1e-6);
  for (let epoch = 1; epoch < 10; epoch++) {
    const expected = 1e-5 + 0.5 * (5e-4 - 1e-5) * (1 + Math.cos((Math.PI * epoch) / 10));
    assert.ok(Math.abs(rates[epoch] - expected) < 1e-12, `epoch ${epoch + 1}`);
  }
});

test('a share of the validation images chooses the epoch: stratified, from the seed, and nothing else changes', async () => {
  const change = { fraction: 0.3 };
  const roots = {
    full: await newRun({}, change),
    fraction: await newRun({ validation: 'fraction' }, change),
    again: await newRun({ validation: 'fraction' }, change),
  };
  for (const root of Object.values(roots)) await train(root, ({ subset }) => realTrainingSet(subset));
  assert.deepEqual(fingerprint(roots.again), fingerprint(roots.fraction));
  const losses = async (root: string, of: 'train' | 'val'): Promise<number[]> =>
    (await metricsOf(root)).filter(({ split }) => split === of).map(({ loss }) => loss);
  assert.deepEqual(await losses(roots.fraction, 'train'), await losses(roots.full, 'train'));
  assert.notDeepEqual(await losses(roots.fraction, 'val'), await losses(roots.full, 'val'));

  await inSession(
    roots.fraction,
    ({ subset }) => realTrainingSet(subset),
    (session) => {
      const chosen = validationImages(session);
      assert.equal(chosen.split, 'val');
      // 30 % of 12.
      assert.deepEqual([...chosen.labels].sort(), [0, 0, 1, 1]);
      const tiny = { ...session, settings: { ...session.settings, fraction: 0.01 } };
      const sourcesFor = (change: Partial<GenerateSettings>): unknown =>
        validationImages({ ...session, settings: { ...session.settings, ...change } }).sources;
      assert.deepEqual(sourcesFor({ seed: 8, subsetSeed: 1 }), chosen.sources, 'they follow the subset');
      assert.notDeepEqual(sourcesFor({ subsetSeed: 8 }), chosen.sources);
      assert.deepEqual([...validationImages(tiny).labels].sort(), [0, 1]);
      return Promise.resolve();
    },
  );
});

for (const method of ['mi', 'latent-fgsm', 'pixel-adversarial', 'mixup', 'flip-shift'] as const) {
  test(`five images, one a last batch, can be trained on: ${method}`, async () => {
    const small = writeTinyDataset(path.join(folder, `five-${method}.npz`), { counts: [5, 4, 2] });
    for (const batchSize of [4, 128]) {
      const settings = { ...TINY_SETTINGS, method, count: 0 };
      const root = await stoppedRun(small, out, {
        ...settings,
        classifier: { ...settings.classifier, batchSize },
      });
      const { result } = await runToEnd(resume({ runPath: root }));
      assert.ok(result.bestEpoch >= 1);
      const { manifest } = await RunFolder.open(root);
      assert.equal(manifest.status, 'finished');
    }
  });
}

test('an autoencoder of the subset does not see the other images, one of all does', async () => {
  for (const data of ['all', 'subset'] as const) {
    const change = { fraction: 0.2, autoencoder: { ...TINY_SETTINGS.autoencoder, data } };
    const trainOn = async (isDarkened: boolean): Promise<{ bytes: Buffer; epochs: number }> => {
      const root = await newRun({}, change);
      await inSession(
        root,
        ({ subset }) => realTrainingSet(subset),
        async (session) => {
          const darkened = { ...session.dataset, train: darkenOthers(session) };
          const dataset = isDarkened ? darkened : session.dataset;
          await runToEnd(trainAutoencoder({ ...session, dataset }));
        },
      );
      const { paths } = await RunFolder.open(root);
      const epochs = (await metricsOf(root)).filter(({ split }) => split === 'train').length;
      return { bytes: readFileSync(paths.autoencoder), epochs };
    };
    const [before, after] = [await trainOn(false), await trainOn(true)];
    // 12 updates: an epoch of all 40 images has 5 steps, and so have five passes over 8.
    assert.equal(before.epochs, 3);
    assert.equal(before.bytes.equals(after.bytes), data === 'subset', data);
  }
});

/** The training images, black where the classifier does not see their labels. */
function darkenOthers({ dataset, subset }: Omit<TrainingSession, 'trainingSet'>): LabelledImages<'train'> {
  const { train } = dataset;
  const size = train.pixels.length / train.count;
  const seen = new Set(subset.sources.map(({ index }) => index));
  const pixels = train.pixels.map((value, position) => (seen.has(Math.floor(position / size)) ? value : 0));
  return { ...train, pixels };
}

test('without dropout all methods train, and mutual information is zero', async () => {
  const classifier = { ...TINY_SETTINGS.classifier, dropout: 0 };
  const root = await stoppedRun(dataset, out, { method: 'mi', count: 4, classifier });
  await runToEnd(resume({ runPath: root }));
  const { paths } = await RunFolder.open(root);
  const { values } = await readLines(paths.samples, sampleRecordSchema);
  assert.equal(values.length, 4);
  for (const { miAfter, entropyAfter } of values) {
    assert.ok(Math.abs(miAfter) < 1e-5, String(miAfter));
    assert.ok(entropyAfter > 0);
  }
});
