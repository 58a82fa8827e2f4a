import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { readEvaluation } from '../../../src/jobs/evaluation/readEvaluation.ts';
import { readExperiment } from '../../../src/jobs/experiment/readExperiment.ts';
import { runExperiment } from '../../../src/jobs/experiment/runExperiment.ts';
import { generate } from '../../../src/jobs/generate.ts';
import { readRunSettings } from '../../../src/jobs/openRunDataset.ts';
import type { GenerateSettings } from '../../../src/protocol/settings.ts';
import { RunFolder, runPaths } from '../../../src/runs/runFolder.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';
import { runWhole, writeTinyExperiment } from '../../support/tinyExperiment.ts';
import { runToEnd, writeTinyDataset } from '../../support/tinyRun.ts';

const folder = temporaryFolder();
const dataset = writeTinyDataset(path.join(folder, 'tiny.npz'));

const GRID = `
datasets: [tiny.npz]
fractions: [0.5]
seeds: [0, 1]
pools: { made: { generate: { method: noise, ratio: 1 } } }
arms:
  - baseline
  - noise
  - { name: mixed, mix: real-and-synthetic, pool: made, ratio: 1 }
`;

const out = path.join(folder, 'grid');
const file = writeTinyExperiment(folder, GRID);
const first = await runWhole({ path: file, out });
const plan = await readExperiment(out);

const cellOf = (arm: string, seed: number): string => {
  const cell = plan.cells.find((other) => other.arm === arm && other.seed === seed);
  assert.ok(cell, `${arm}, seed ${seed}`);
  return path.join(out, 'cells', cell.id);
};

/** Bytes and time of every file. */
function filesOf(root: string): Map<string, string> {
  const entries = readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  return new Map(
    entries.map((entry) => {
      const place = path.join(entry.parentPath, entry.name);
      return [
        path.relative(root, place),
        `${statSync(place).mtimeMs} ${readFileSync(place).toString('base64')}`,
      ];
    }),
  );
}

/** Trains a run with the settings of another, alone and in a new place. */
async function trainAlone(settings: GenerateSettings, name: string): Promise<string> {
  const place = path.join(folder, name);
  await runToEnd(generate({ datasetPath: dataset, settings, device: 'cpu', threads: 1, folder: place }));
  return place;
}

test('every cell is a finished run with an evaluation under all conditions', async () => {
  assert.deepEqual(first.result, { folder: out, finished: 6, failed: 0 });
  assert.equal(plan.cells.length, 6);
  for (const { id, arm, seed } of plan.cells) {
    const place = path.join(out, 'cells', id);
    const { manifest } = await RunFolder.open(place);
    assert.equal(manifest.status, 'finished');
    assert.equal(manifest.seed, seed);
    const evaluation = await readEvaluation(place);
    assert.deepEqual(
      evaluation?.conditions.map(({ condition }) => condition),
      plan.conditions,
      `${arm}, seed ${seed}`,
    );
  }
  assert.deepEqual(plan.datasets[0].counts, { train: 40, val: 12, test: 12 });
  assert.deepEqual(plan.datasets[0].classCounts.test, [6, 6]);
});

test('an autoencoder is trained once a seed, and is what each run would have trained itself', async () => {
  const stages = first.events.filter(
    (event) => event.type === 'stageFinished' && event.stage === 'autoencoder',
  );
  assert.equal(stages.length, 2, 'two seeds, each with a cell and a pool that need one');
  assert.equal(readdirSync(path.join(out, 'shared/autoencoders')).length, 2);
  const pools = readdirSync(path.join(out, 'shared/pools')).map((name) =>
    path.join(out, 'shared/pools', name),
  );
  for (const [index, lent] of [cellOf('noise', 0), pools[0]].entries()) {
    const settings = readRunSettings(await RunFolder.open(lent));
    const alone = await trainAlone(settings, `alone-${index}`);
    for (const checkpoint of ['autoencoder', 'classifier'] as const) {
      assert.deepEqual(readFileSync(runPaths(alone)[checkpoint]), readFileSync(runPaths(lent)[checkpoint]));
    }
  }
});

test('arms of one seed see the same real images, other seeds see others', () => {
  const subsetOf = (arm: string, seed: number): string =>
    readFileSync(runPaths(cellOf(arm, seed)).subsetIndices, 'utf8');
  for (const seed of [0, 1]) {
    assert.equal(subsetOf('noise', seed), subsetOf('baseline', seed));
    assert.equal(subsetOf('mixed', seed), subsetOf('baseline', seed));
  }
  assert.notEqual(subsetOf('baseline', 0), subsetOf('baseline', 1));
});

test('a mixed cell trains on the pool that was made of the images that it sees', async () => {
  const { manifest } = await RunFolder.open(cellOf('mixed', 1));
  const settings = readRunSettings(await RunFolder.open(cellOf('mixed', 1)));
  const pool = settings.trainingSet?.pool;
  assert.ok(pool);
  assert.ok(pool.path.startsWith(path.join(out, 'shared/pools/made-tiny-50pct-seed1-')));
  assert.deepEqual(manifest.trainingImages, { real: 20, synthetic: 20 });
  const subset = readFileSync(runPaths(cellOf('mixed', 1)).subsetIndices, 'utf8');
  assert.equal(readFileSync(runPaths(pool.path).subsetIndices, 'utf8'), subset);
});

test('what is finished is not touched again', async () => {
  const before = filesOf(path.join(out, 'cells'));
  const shared = filesOf(path.join(out, 'shared'));
  const again = await runWhole({ path: out });
  assert.deepEqual(again.result, first.result);
  assert.deepEqual(
    again.events.map(({ type }) => type),
    ['plan'],
  );
  assert.deepEqual(filesOf(path.join(out, 'cells')), before);
  assert.deepEqual(filesOf(path.join(out, 'shared')), shared);
});

test('a new arm is added, and a new condition is tested without training again', async () => {
  const place = path.join(folder, 'grown');
  const small = 'datasets: [tiny.npz]\nseeds: [0]\narms: [baseline]\n';
  await runWhole({ path: writeTinyExperiment(folder, small, 'grown.yaml'), out: place });
  const [{ id }] = (await readExperiment(place)).cells;
  const trained = filesOf(path.join(place, 'cells', id, 'checkpoints'));
  const grown = path.join(folder, 'grown.yaml');
  const text = readFileSync(grown, 'utf8').replace('noise: [0.12]', 'noise: [0.12, 0.5]');
  writeFileSync(grown, text.replace('[baseline]', '[baseline, flip-shift]'));
  const { events, result } = await runWhole({ path: grown, out: place });
  assert.equal(result.finished, 2);
  const begun = events.flatMap((event) => (event.type === 'begin' ? [event.part.id] : []));
  assert.equal(begun.length, 2);
  assert.equal(begun[0], id);
  assert.deepEqual(filesOf(path.join(place, 'cells', id, 'checkpoints')), trained);
  assert.equal((await readEvaluation(path.join(place, 'cells', id)))?.conditions.length, 5);
});

test('a cell that fails is recorded and tried again, and the others go on', async () => {
  const place = path.join(folder, 'failing');
  const grid = `
datasets: [tiny.npz]
seeds: [0]
pools: { broken: { generate: { method: noise, ratio: 1, autoencoder: { learningRate: 1.0e+30 } } } }
arms:
  - { name: diverging, classifier: { learningRate: 1.0e+30 } }
  - { name: mixed, mix: synthetic, pool: broken }
  - { name: mixed too, mix: real-and-synthetic, pool: broken }
  - baseline
`;
  const failing = writeTinyExperiment(folder, grid, 'failing.yaml');
  for (const attempt of ['first', 'second']) {
    const { result, events } = await runWhole({ path: failing, out: place });
    assert.deepEqual(result, { folder: place, finished: 1, failed: 3 }, attempt);
    const pools = events.filter((event) => event.type === 'begin' && event.part.kind === 'pool');
    assert.equal(pools.length, 1, 'not tried again for each of its cells');
    const { cells } = await readExperiment(place);
    const manifests = await Promise.all(
      cells.map(async ({ id }) => (await RunFolder.open(path.join(place, 'cells', id))).manifest),
    );
    assert.deepEqual(
      manifests.map(({ status }) => status),
      ['failed', 'failed', 'failed', 'finished'],
    );
    assert.match(
      manifests[1].error ?? '',
      /The synthetic images could not be made \(shared.pools.broken-.*\): /,
    );
  }
});

test('an experiment goes on where its folder was moved to', async () => {
  const place = path.join(folder, 'moving');
  const grid = `
datasets: [tiny.npz]
seeds: [0]
pools: { made: { generate: { method: noise, ratio: 1 } } }
arms: [{ name: mixed, mix: synthetic, pool: made }]
`;
  await runWhole({ path: writeTinyExperiment(folder, grid, 'moving.yaml'), out: place });
  const [{ id }] = (await readExperiment(place)).cells;
  const moved = path.join(folder, 'moved/grid');
  mkdirSync(path.dirname(moved));
  renameSync(place, moved);
  const run = await RunFolder.open(path.join(moved, 'cells', id));
  await run.updateManifest({ status: 'stopped' });
  rmSync(path.join(run.paths.root, 'evaluation.json'));
  const trained = readFileSync(run.paths.classifier);
  rmSync(run.paths.classifier);
  rmSync(run.paths.metrics);
  const { result } = await runWhole({ path: moved });
  assert.deepEqual(result, { folder: moved, finished: 1, failed: 0 });
  assert.deepEqual(readFileSync(run.paths.classifier), trained);
});

test('a person may stop it, and no cell counts as failed', async () => {
  const place = path.join(folder, 'stopped');
  const stopping = writeTinyExperiment(
    folder,
    'datasets: [tiny.npz]\nseeds: [0]\narms: [baseline, flip-shift]\n',
    'stopped.yaml',
  );
  const controller = new AbortController();
  const job = runExperiment({
    path: stopping,
    out: place,
    device: 'cpu',
    threads: 1,
    signal: controller.signal,
  });
  const stopped = async (): Promise<void> => {
    for await (const event of job) if (event.type === 'progress') controller.abort();
  };
  await assert.rejects(stopped, { code: 'cancelled' });
  const { cells } = await readExperiment(place);
  assert.equal((await RunFolder.open(path.join(place, 'cells', cells[0].id))).manifest.status, 'stopped');
  assert.deepEqual((await runWhole({ path: stopping, out: place })).result, {
    folder: place,
    finished: 2,
    failed: 0,
  });
});
