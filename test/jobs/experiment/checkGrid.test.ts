import assert from 'node:assert/strict';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { runExperiment, type ExperimentRequest } from '../../../src/jobs/experiment/runExperiment.ts';
import { TsyndError } from '../../../src/protocol/errors.ts';
import { acquireRunLock } from '../../../src/runs/runLock.ts';
import { bytesOf, npyOf, zipOf } from '../../data/helpers.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';
import { runWhole, writeTinyExperiment } from '../../support/tinyExperiment.ts';
import { tinyRun, TINY_SETTINGS, writeTinyDataset } from '../../support/tinyRun.ts';

const folder = temporaryFolder();
writeTinyDataset(path.join(folder, 'tiny.npz'));
writeTinyDataset(path.join(folder, 'three.npz'), { task: 'multi-class' });
// Its test images are the first training images of tiny.npz.
writeTinyDataset(path.join(folder, 'leaking.npz'), { testSeed: 1 });
writeTinyDataset(path.join(folder, 'pool.npz'), { counts: [4, 4, 4], channels: 3 });
mkdirSync(path.join(folder, 'data/other'), { recursive: true });
writeTinyDataset(path.join(folder, 'data/other/tiny.npz'));
const { folder: weights } = await tinyRun(path.join(folder, 'tiny.npz'), path.join(folder, 'runs'), {
  method: 'baseline',
  count: 0,
  classifier: { ...TINY_SETTINGS.classifier, duration: { epochs: 1 } },
});

/** An archive whose test split lacks the second class. */
function writeLacking(): void {
  const entries = (['train', 'val', 'test'] as const).flatMap((split) => {
    const labels = Uint8Array.from({ length: 6 }, (_, index) => (split === 'test' ? 0 : index % 2));
    const pixels = Uint8Array.from({ length: 6 * 64 }, (_, index) => (index * 37 + split.length * 11) % 251);
    return [
      { name: `${split}_images.npy`, bytes: npyOf('|u1', [6, 8, 8], bytesOf(pixels)) },
      { name: `${split}_labels.npy`, bytes: npyOf('|u1', [6, 1], bytesOf(labels)) },
    ];
  });
  writeFileSync(path.join(folder, 'lacking.npz'), zipOf(entries));
}
writeLacking();

let grids = 0;

/** What is wrong with a grid, and that nothing of it was begun. */
async function problemOf(grid: string, change: Partial<ExperimentRequest> = {}): Promise<TsyndError> {
  const name = `grid-${++grids}`;
  const file = writeTinyExperiment(folder, grid, `${name}.yaml`);
  const out = path.join(folder, name);
  try {
    await runWhole({ path: file, out, ...change });
  } catch (error) {
    assert.ok(error instanceof TsyndError, String(error));
    for (const begun of ['cells', 'shared', 'experiment.json', 'experiment.lock']) {
      assert.ok(!existsSync(path.join(out, begun)), `${begun} was made`);
    }
    return error;
  }
  assert.fail('nothing was wrong');
}

const SEEDS = 'seeds: [0]\n';

for (const [what, grid, code, expected] of [
  [
    'a dataset that is not there',
    'datasets: [gone.npz]\narms: [baseline]\n',
    'dataset/not-found',
    /There is no dataset .*gone\.npz/,
  ],
  [
    'a class that a split lacks',
    'datasets: [tiny.npz, lacking.npz]\narms: [baseline]\n',
    'dataset/invalid',
    /In lacking, no test image is '1'\./,
  ],
  [
    'two datasets of one name',
    'datasets: [tiny.npz, data/other/tiny.npz]\narms: [baseline]\n',
    'settings/invalid',
    /Two datasets of the grid are called tiny/,
  ],
  [
    'an image size that no autoencoder halves twice',
    'datasets: [tiny.npz]\nimageSize: 30\narms: [baseline]\n',
    'settings/invalid',
    /In the arm 'baseline' on tiny \(resnet18\): .*not divisible by 4/,
  ],
  [
    'a pool with classes that the dataset lacks',
    'datasets: [tiny.npz]\npools: { p: { path: three.npz } }\narms: [baseline, { name: a, mix: synthetic, pool: p }]\n',
    'settings/invalid',
    /has a class that tiny lacks: /,
  ],
  [
    'test images in the pool',
    'datasets: [leaking.npz]\npools: { p: { path: tiny.npz } }\narms: [{ name: a, mix: synthetic, pool: p }]\n',
    'settings/invalid',
    /holds 12 test images of leaking: train row 0 \(test row 0\), /,
  ],
  [
    'a pool that is gone',
    'datasets: [tiny.npz]\npools: { p: { path: gone } }\narms: [{ name: a, mix: synthetic, pool: p }]\n',
    'settings/invalid',
    /grid-\d+\.yaml, line \d+: There is no pool .*gone\./,
  ],
  [
    'a pool that is called a run and is none',
    'datasets: [tiny.npz]\npools: { p: { run: pool.npz } }\narms: [{ name: a, mix: synthetic, pool: p }]\n',
    'settings/invalid',
    /line \d+: The pool 'p' is no run: .*pool\.npz has no run\.json\./,
  ],
  [
    'a network that no machine holds',
    'datasets: [tiny.npz]\narms: [{ method: baseline, classifier: { width: 100000 } }]\n',
    'settings/invalid',
    /In the arm 'baseline' on tiny \(resnet18\): The classifier would have [\d,]+ million parameters/,
  ],
  [
    'too few synthetic images',
    'datasets: [tiny.npz]\npools: { p: { path: pool.npz } }\narms: [{ name: a, mix: real-and-synthetic, pool: p, ratio: 3 }]\n',
    'settings/invalid',
    /In the arm 'a' on tiny \(resnet18\): The pool has too few images for 3 synthetic ones a real one/,
  ],
  [
    'weights of another architecture',
    `datasets: [tiny.npz]\narchitectures: [resnet50]\narms: [{ method: baseline, classifier: { pretrained: ${JSON.stringify(weights)} } }]\n`,
    'settings/invalid',
    /In the arm 'baseline' on tiny \(resnet50\): /,
  ],
  [
    'a judge that is never uncertain',
    `datasets: [tiny.npz]\npools: { p: { generate: { method: mi, ratio: 1 } } }\njudge: { classifier: { dropout: 0 } }\narms: [{ name: a, mix: synthetic, pool: p, filter: { kind: uncertain-band, low: 0, high: 1 } }]\n`,
    'settings/invalid',
    /asks for mutual information, and the judge has no dropout\./,
  ],
  [
    'mutual information to be raised without dropout',
    'datasets: [tiny.npz]\narms: [baseline, { method: mi, classifier: { dropout: 0 } }]\n',
    'settings/invalid',
    /In the arm 'mi' on tiny \(resnet18\): Its method raises mutual information, and its classifier has no dropout\./,
  ],
  [
    'a pool that raises mutual information without dropout',
    'datasets: [tiny.npz]\npools: { p: { generate: { method: mi, ratio: 1, classifier: { dropout: 0 } } } }\narms: [baseline, { name: a, mix: synthetic, pool: p }]\n',
    'settings/invalid',
    /In the arm 'a' on tiny \(resnet18\): Its pool is made by raising mutual information/,
  ],
  [
    'samples of a method without latents',
    'datasets: [tiny.npz]\ncount: 4\narms: [baseline, pixel-adversarial]\n',
    'settings/invalid',
    /In the arm 'pixel-adversarial' on tiny \(resnet18\): /,
  ],
] as const) {
  test(`${what} is told before anything is begun`, async () => {
    const problem = await problemOf(`${SEEDS}${grid}`);
    assert.equal(problem.code, code, problem.message);
    assert.match(problem.message, expected);
  });
}

test('a dataset is found beside the file, else in the folder of data', async () => {
  const file = writeTinyExperiment(
    folder,
    `${SEEDS}datasets: [other/tiny.npz]\narms: [baseline]\n`,
    'found.yaml',
  );
  const request = { path: file, out: path.join(folder, 'found'), dryRun: true };
  await assert.rejects(runWhole(request), { code: 'dataset/not-found' });
  const { events, result } = await runWhole({ ...request, data: path.join(folder, 'data') });
  assert.deepEqual(result, { folder: path.join(folder, 'found'), finished: 0, failed: 0 });
  const [planned] = events.filter((event) => event.type === 'plan');
  assert.equal(planned.plan.datasets[0].path, path.join(folder, 'data/other/tiny.npz'));
  assert.ok(!existsSync(path.join(folder, 'found/experiment.json')), 'a dry run plans nothing');
});

test('what is no experiment is told', async () => {
  const out = path.join(folder, 'nothing');
  await assert.rejects(runWhole({ path: path.join(folder, 'gone.yaml'), out }), /There is no experiment /);
  await assert.rejects(runWhole({ path: folder, out }), { code: 'run/not-found' });
});

test('an experiment in use, and one that was begun on another device, are left alone', async () => {
  const out = path.join(folder, 'used');
  const file = writeTinyExperiment(folder, `${SEEDS}datasets: [tiny.npz]\narms: [baseline]\n`, 'used.yaml');
  for await (const event of runExperiment({ path: file, out, device: 'cpu', threads: 1 })) {
    if (event.type === 'plan') break;
  }
  const lock = await acquireRunLock(path.join(out, 'experiment.lock'));
  await assert.rejects(runWhole({ path: file, out }), { code: 'run/locked' });
  await lock.release();
  await assert.rejects(runWhole({ path: file, out, threads: 2 }), /begun on cpu with 1 thread\./);
});
