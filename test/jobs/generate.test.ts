import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { generate } from '../../src/jobs/generate.ts';
import { isLatentMethod, isPlainMethod, METHODS } from '../../src/protocol/methods.ts';
import { readLines } from '../../src/runs/jsonLines.ts';
import { metricsLineSchema } from '../../src/runs/metricsLog.ts';
import { RunFolder } from '../../src/runs/runFolder.ts';
import { sampleRecordSchema } from '../../src/runs/sampleRecord.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';
import {
  fingerprint,
  runToEnd,
  tinyRun,
  TINY_SETTINGS,
  writeTinyDataset,
  type TinyTask,
} from '../support/tinyRun.ts';

const folder = temporaryFolder();
const out = path.join(folder, 'runs');
const datasets: Readonly<Record<TinyTask, string>> = {
  'binary-class': writeTinyDataset(path.join(folder, 'binary.npz')),
  'multi-class': writeTinyDataset(path.join(folder, 'multiClass.npz'), { task: 'multi-class', channels: 3 }),
  'multi-label': writeTinyDataset(path.join(folder, 'multiLabel.npz'), { task: 'multi-label' }),
};

const WITHOUT_AUTOENCODER = ['checkpoints/classifier.safetensors', 'metrics.jsonl', 'subset.json'];

const samplesOf = async (run: RunFolder) => (await readLines(run.paths.samples, sampleRecordSchema)).values;

for (const [task, datasetPath] of Object.entries(datasets)) {
  describe(task, () => {
    for (const method of METHODS.filter((name) => name !== 'pixel-adversarial')) {
      test(`${method} ends in a complete run`, async () => {
        const settings = { ...TINY_SETTINGS, method };
        const job = generate({ datasetPath, settings, device: 'cpu', threads: 1, out });
        const { events, result } = await runToEnd(job);
        const run = await RunFolder.open(result.folder);
        assert.equal(run.manifest.status, 'finished');
        assert.equal(run.manifest.dataset.task, task);
        assert.deepEqual(run.manifest.settings, settings);
        assert.deepEqual(Object.keys(run.manifest.timings), ['autoencoder', 'classifier', 'samples']);
        assert.deepEqual(
          events.filter((event) => event.type === 'stageFinished').map((event) => event.stage),
          ['autoencoder', 'classifier', 'samples'],
        );

        const samples = await samplesOf(run);
        assert.deepEqual(
          samples.map(({ id }) => id),
          Array.from({ length: 10 }, (_, index) => `sample-${String(index).padStart(6, '0')}`),
        );
        for (const sample of samples) {
          assert.equal(sample.method, isPlainMethod(method) ? 'mi' : method);
          assert.ok(readFileSync(path.join(result.folder, sample.file)).length > 0);
          const sum = sample.probsAfter.reduce((a, b) => a + b, 0);
          if (task !== 'multi-label') assert.ok(Math.abs(sum - 1) < 1e-5, `the probabilities sum to ${sum}`);
        }
      });
    }
  });
}

test('a baseline without samples trains no autoencoder', async () => {
  const { folder: root } = await tinyRun(datasets['binary-class'], out, { method: 'baseline', count: 0 });
  assert.deepEqual(Object.keys(fingerprint(root)).sort(), WITHOUT_AUTOENCODER);
});

for (const [task, datasetPath] of Object.entries(datasets)) {
  test(`pixel-adversarial trains no autoencoder: ${task}`, async () => {
    const { folder: root } = await tinyRun(datasetPath, out, { method: 'pixel-adversarial', count: 0 });
    assert.deepEqual(Object.keys(fingerprint(root)).sort(), WITHOUT_AUTOENCODER);
  });
}

test('each method trains another classifier, the same one again', async () => {
  const prints = [];
  for (const method of METHODS) {
    const print = async (): Promise<string> => {
      const { folder: root } = await tinyRun(datasets['multi-class'], out, { method, count: 0 });
      return fingerprint(root)['checkpoints/classifier.safetensors'];
    };
    prints.push(await print());
    if (!isLatentMethod(method)) assert.equal(await print(), prints.at(-1), method);
  }
  assert.equal(new Set(prints).size, METHODS.length);
});

test('the same seed gives the same bytes, another seed gives others', async () => {
  const prints = [];
  for (const seed of [5, 5, 6]) {
    prints.push(fingerprint((await tinyRun(datasets['binary-class'], out, { seed })).folder));
  }
  assert.equal(Object.keys(prints[0]).length, 16);
  assert.deepEqual(prints[1], prints[0]);
  for (const file of [
    'samples.jsonl',
    'checkpoints/autoencoder.safetensors',
    'checkpoints/classifier.safetensors',
  ]) {
    assert.notEqual(prints[2][file], prints[0][file], file);
  }
});

test('other test images change nothing that a run makes', async () => {
  const before = await tinyRun(datasets['binary-class'], out);
  const changed = writeTinyDataset(path.join(folder, 'otherTest.npz'), { testSeed: 99 });
  assert.notDeepEqual(readFileSync(changed), readFileSync(datasets['binary-class']));
  const after = await tinyRun(changed, out);
  assert.deepEqual(fingerprint(after.folder), fingerprint(before.folder));
});

test('metrics.jsonl has each epoch of both networks on both splits, and no more', async () => {
  const { folder: root } = await tinyRun(datasets['binary-class'], out);
  const { paths } = await RunFolder.open(root);
  const { values } = await readLines(paths.metrics, metricsLineSchema);
  // 12 updates in epochs of 40 / 8 = 5 steps are 3 epochs.
  const expected = [
    ...[1, 2, 3].flatMap((epoch) => [`autoencoder ${epoch} train`, `autoencoder ${epoch} val`]),
    ...[1, 2].flatMap((epoch) => [`classifier ${epoch} train`, `classifier ${epoch} val`]),
  ];
  assert.deepEqual(
    values.map(({ stage, epoch, split }) => `${stage} ${epoch} ${split}`),
    expected,
  );
  for (const line of values.filter(({ stage, split }) => stage === 'classifier' && split === 'val')) {
    assert.ok(line.accuracy !== undefined && line.balancedAccuracy !== undefined && line.auroc !== undefined);
  }
});

test('a fraction of the labels is stratified, and only its images become parents', async () => {
  const { folder: root } = await tinyRun(datasets['binary-class'], out, { fraction: 0.2 });
  const run = await RunFolder.open(root);
  const subset = JSON.parse(readFileSync(run.paths.subsetIndices, 'utf8')) as number[];
  assert.equal(subset.length, 8);
  assert.equal(subset.filter((index) => index % 2 === 0).length, 4);
  const samples = await samplesOf(run);
  for (const { parent, label } of samples) {
    assert.ok(subset.includes(parent.index));
    assert.equal(label, parent.index % 2);
  }
  assert.equal(new Set(samples.slice(0, 8).map(({ parent }) => parent.index)).size, 8);
});

test('latent optimisation raises the mutual information of nearly all samples', async () => {
  const { folder: root } = await tinyRun(datasets['binary-class'], out, {
    count: 40,
    autoencoder: { ...TINY_SETTINGS.autoencoder, updates: 300 },
    classifier: { ...TINY_SETTINGS.classifier, duration: { epochs: 8 } },
    generation: { ...TINY_SETTINGS.generation, steps: 20, learningRate: 0.05, numMcSamples: 20 },
  });
  const samples = await samplesOf(await RunFolder.open(root));
  const risen = samples.filter(({ miBefore, miAfter }) => miAfter > miBefore);
  assert.ok(risen.length >= 38, `the mutual information of ${risen.length} of 40 samples rose`);
});

test('a loss that is no number ends the run with a reason in its record', async () => {
  const classifier = { ...TINY_SETTINGS.classifier, learningRate: 1e30 };
  const settings = { ...TINY_SETTINGS, method: 'noise' as const, classifier };
  const diverging = path.join(folder, 'diverging');
  const job = generate({
    datasetPath: datasets['binary-class'],
    settings,
    device: 'cpu',
    threads: 1,
    out: diverging,
  });
  let root = '';
  await assert.rejects(
    async () => {
      for await (const event of job) if (event.type === 'run') root = event.folder;
    },
    { code: 'training/diverged', message: /^The classifier's loss became (NaN|-?Infinity) at step \d+\.$/ },
  );
  const { manifest } = await RunFolder.open(root);
  assert.equal(manifest.status, 'failed');
  assert.match(manifest.error ?? '', /The classifier's loss became .* Train with a lower learning rate/);
});
