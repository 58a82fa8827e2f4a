import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { before, describe, test } from 'node:test';
import sharp from 'sharp';
import { readSafetensors, writeSafetensors } from '../../../src/data/safetensors.ts';
import { floatTensor } from '../../../src/engine/tensor.ts';
import { measureRelevance } from '../../../src/jobs/relevance/measureRelevance.ts';
import { listReports } from '../../../src/jobs/relevance/relevanceFiles.ts';
import { DEFAULT_ADVERSARIAL, DEFAULT_SALIENCY } from '../../../src/protocol/explanations.ts';
import { runPaths } from '../../../src/runs/runFolder.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';
import { stoppedRun, tinyRun, writeTinyDataset } from '../../support/tinyRun.ts';

const folder = temporaryFolder();
const dataset = writeTinyDataset(path.join(folder, 'tiny.npz'));
// The last layer of images this small is one place, whose map is the same everywhere.
const saliency = { ...DEFAULT_SALIENCY, layer: 'layer3' };
const adversarial = { ...DEFAULT_ADVERSARIAL, steps: 3 };
const common = { split: 'val', limit: 6, saliency, adversarial } as const;

let run = '';
let baseline = '';
before(async () => {
  run = (await tinyRun(dataset, path.join(folder, 'runs'))).folder;
  baseline = (await tinyRun(dataset, path.join(folder, 'runs'), { method: 'baseline', count: 0 })).folder;
});

const reportFiles = (root: string): string[] => {
  const place = path.join(root, 'explanations', 'relevance');
  return existsSync(place) ? readdirSync(place) : [];
};

test('a report says what was measured, and lies in the folder of the run', async () => {
  const progress: string[] = [];
  const { report, comparison } = await measureRelevance({
    ...common,
    run,
    onProgress: (done, total) => progress.push(`${done}/${total}`),
  });
  assert.equal(comparison, undefined);
  assert.equal(report.run, path.basename(run));
  assert.deepEqual([report.split, report.images, report.masked, report.seed], ['val', 6, 0, 0]);
  assert.deepEqual(report.saliencyChoices, saliency);
  assert.deepEqual(report.adversarialChoices, adversarial);
  assert.equal(report.autoencoder?.run, report.run);
  assert.deepEqual(Object.keys(report.saliency), ['insertion', 'deletion', 'road']);
  assert.equal(report.saliency.road?.images, 6);
  assert.equal(report.adversarial.flipped?.images, 6);
  assert.deepEqual(progress, ['0/6', '1/6', '2/6', '3/6', '4/6', '5/6', '6/6']);
  assert.deepEqual((await listReports(run))[0], report);
});

test('the same seed gives the same numbers, another one others', async () => {
  const [first, again, other] = [
    await measureRelevance({ ...common, run, seed: 1 }),
    await measureRelevance({ ...common, run, seed: 1 }),
    await measureRelevance({ ...common, run, seed: 2 }),
  ].map(({ report }) => ({ ...report, measuredAt: '' }));
  assert.deepEqual(again, first);
  assert.notDeepEqual(other.saliency.road, first.saliency.road);
});

test('two runs are measured on the same images and through one autoencoder', async () => {
  const { report, comparison } = await measureRelevance({ ...common, run: baseline, against: run });
  assert.deepEqual(comparison?.first, report);
  const { first, second } = comparison;
  assert.deepEqual(
    [first.run, second.run],
    [baseline, run].map((root) => path.basename(root)),
  );
  assert.deepEqual(first.autoencoder, second.autoencoder);
  assert.equal(first.autoencoder?.run, path.basename(run));
  assert.notEqual(first.classifierSha256, second.classifierSha256);
  const { insertion } = comparison.saliency;
  const expected = (second.saliency.insertion?.mean ?? NaN) - (first.saliency.insertion?.mean ?? NaN);
  assert.ok(Math.abs((insertion?.mean ?? NaN) - expected) < 1e-12);
  assert.deepEqual((await listReports(baseline))[0], first);
  assert.deepEqual((await listReports(run))[0], second);

  const alone = (await measureRelevance({ ...common, run })).report;
  const { against, ...ofSecond } = second;
  assert.deepEqual({ ...ofSecond, measuredAt: '' }, { ...alone, measuredAt: '' });
  const { saliency, adversarial } = comparison;
  assert.deepEqual(against, { run: first.run, saliency, adversarial });
});

test('without any autoencoder of these images, saliency is measured alone', async () => {
  const { folder: lonely } = await tinyRun(dataset, path.join(folder, 'lonely'), {
    method: 'baseline',
    count: 0,
  });
  const { report } = await measureRelevance({ ...common, run: lonely });
  assert.equal(report.autoencoder, undefined);
  assert.deepEqual(report.adversarial, {});
  assert.ok(report.saliency.insertion);
});

test('multi-label runs in colour are measured, the label being the target', async () => {
  const labels = writeTinyDataset(path.join(folder, 'labels.npz'), { task: 'multi-label', channels: 3 });
  const { folder: root } = await tinyRun(labels, path.join(folder, 'labels'));
  const target = 'label' as const;
  const { report } = await measureRelevance({
    ...common,
    run: root,
    split: 'test',
    saliency: { ...saliency, target },
    adversarial: { ...adversarial, target },
  });
  assert.equal(report.split, 'test');
  assert.equal(report.saliency.road?.images, 6);
});

test('a cancelled measurement keeps nothing', async () => {
  const controller = new AbortController();
  const before = reportFiles(run).length;
  const request = { ...common, run, signal: controller.signal };
  const onProgress = (done: number): void => {
    if (done === 2) controller.abort();
  };
  await assert.rejects(measureRelevance({ ...request, onProgress }), { code: 'cancelled' });
  assert.equal(reportFiles(run).length, before);
});

describe('refused are', () => {
  test('runs of other images', async () => {
    const changed = writeTinyDataset(path.join(folder, 'other.npz'), { testSeed: 9 });
    const { folder: other } = await tinyRun(changed, path.join(folder, 'runs'));
    await assert.rejects(measureRelevance({ ...common, run, against: other }), {
      code: 'run/settings-differ',
      message: /were made from different datasets/,
    });
  });

  test('runs whose seeds drew other splits', async () => {
    const root = path.join(folder, 'drawn');
    for (const [index, name] of ['one', 'two'].entries()) {
      mkdirSync(path.join(root, name), { recursive: true });
      for (let image = 0; image < 20; image++) {
        const pixels = new Uint8Array(64).fill(100 * index + image);
        const file = path.join(root, name, `${image}.png`);
        await sharp(pixels, { raw: { width: 8, height: 8, channels: 1 } })
          .png()
          .toFile(file);
      }
    }
    const change = { method: 'baseline', count: 0, imageSize: 8 } as const;
    const runs = [];
    for (const seed of [1, 2]) {
      runs.push((await tinyRun(root, path.join(folder, 'drawnRuns'), { ...change, seed })).folder);
    }
    await assert.rejects(measureRelevance({ ...common, run: runs[0], against: runs[1] }), {
      code: 'run/settings-differ',
      message: /other images in their splits/,
    });
  });

  test('a run against itself', async () => {
    await assert.rejects(measureRelevance({ ...common, run, against: `${run}/.` }), {
      code: 'settings/invalid',
      message: /cannot be compared with itself/,
    });
  });

  test('a classifier that answers with what is no number', async () => {
    const { folder: broken } = await tinyRun(dataset, path.join(folder, 'broken'), {
      method: 'baseline',
      count: 0,
    });
    const { classifier } = runPaths(broken);
    const { tensors } = await readSafetensors(classifier);
    const emptied = [...tensors].map(
      ([name, tensor]) => [name, name.endsWith('weight') ? floatTensor(tensor.shape, NaN) : tensor] as const,
    );
    await writeSafetensors(classifier, new Map(emptied));
    await assert.rejects(measureRelevance({ ...common, run: broken }), {
      code: 'run/corrupt',
      message: /answers with what is no number\.$/,
    });
  });

  test('a run without a classifier, and a layer that there is not', async () => {
    const stopped = await stoppedRun(dataset, path.join(folder, 'stopped'));
    await assert.rejects(measureRelevance({ ...common, run: stopped }), { code: 'run/incomplete' });
    const unknown = { ...common, run, saliency: { ...saliency, layer: 'layer9' } };
    await assert.rejects(measureRelevance(unknown), { code: 'settings/invalid', message: /layer9/ });
  });
});

test('reports come newest first; damaged files hide no other, and a run may have none', async () => {
  const { folder: root } = await tinyRun(dataset, path.join(folder, 'reports'), {
    method: 'baseline',
    count: 0,
  });
  assert.deepEqual(await listReports(root), []);
  const [older, newer] = [
    (await measureRelevance({ ...common, run: root, limit: 2 })).report,
    (await measureRelevance({ ...common, run: root, limit: 3 })).report,
  ];
  const place = path.join(root, 'explanations', 'relevance');
  const whole = readFileSync(path.join(place, reportFiles(root)[0]), 'utf8');
  writeFileSync(path.join(place, 'torn.json'), whole.slice(0, whole.length / 2));
  writeFileSync(path.join(place, 'later.json'), whole.replace('"road"', '"unheardOf"'));
  writeFileSync(path.join(place, 'notes.txt'), 'mine');
  assert.deepEqual(await listReports(root), [newer, older]);
  await assert.rejects(listReports(path.join(folder, 'nowhere')), { code: 'run/not-found' });
});
