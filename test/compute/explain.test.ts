/** Maps of images, through the built compute process. */
import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { DEFAULT_ADVERSARIAL, DEFAULT_SALIENCY } from '../../src/protocol/explanations.ts';
import type { ImageRef } from '../../src/protocol/imageData.ts';
import { computeProcess, failureOf, libraryProcess } from '../support/processes.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';
import { stoppedRun, tinyRun, TINY_SETTINGS, writeTinyDataset } from '../support/tinyRun.ts';

const folder = temporaryFolder();
const out = path.join(folder, 'runs');
const dataset = writeTinyDataset(path.join(folder, 'tiny.npz'));
const { folder: run } = await tinyRun(dataset, out);
const { client: compute } = computeProcess();
const { client: library } = libraryProcess();

const request = { kind: 'saliency', choices: DEFAULT_SALIENCY } as const;
const choices = { ...DEFAULT_ADVERSARIAL, steps: 4 };
const trainImages: ImageRef[] = Array.from({ length: 40 }, (_, index) => ({
  kind: 'dataset',
  run,
  split: 'train',
  index,
}));

test('maps of the images that the library names cross the boundary whole', async () => {
  const { images } = await library.request('run/datasetImages', { run, split: 'val', limit: 6 });
  const refs = images.map(({ image }) => image);
  const maps = await compute.request('explain/maps', { run, images: refs, request });
  assert.deepEqual([maps.found, maps.missing, maps.values.length], [[0, 1, 2, 3, 4, 5], [], 6 * 64]);
  assert.ok(maps.values instanceof Float32Array);
  assert.deepEqual(await compute.request('explain/maps', { run, images: refs, request }), maps);

  const adversarial = { kind: 'adversarial', choices } as const;
  const differences = await compute.request('explain/maps', { run, images: [refs[0]], request: adversarial });
  const explanation = await compute.request('explain/adversarial', { run, image: refs[0], choices });
  assert.deepEqual(explanation.change, differences.facts[0].change);
  assert.deepEqual([explanation.width, explanation.height, explanation.channels], [8, 8, 1]);
});

test('mistakes are told, of single images and of the run', async () => {
  const missing: ImageRef = { kind: 'file', path: path.join(folder, 'missing.png') };
  const { missing: reasons } = await compute.request('explain/maps', { run, images: [missing], request });
  assert.match(reasons[0].reason, /it is not there\.$/);
  const alone = await failureOf(compute.request('explain/adversarial', { run, image: missing, choices }));
  assert.equal(alone.code, 'image/unreadable');

  const unfinished = await stoppedRun(dataset, out);
  const images = trainImages.slice(0, 1);
  const untrained = await failureOf(compute.request('explain/maps', { run: unfinished, images, request }));
  assert.equal(untrained.code, 'run/incomplete');
  const wrong = { ...request, choices: { ...DEFAULT_SALIENCY, target: -1 } };
  const refused = await failureOf(compute.request('explain/maps', { run, images, request: wrong }));
  assert.equal(refused.code, 'settings/invalid');
});

test('a request can be cancelled, and a single image goes before many', async () => {
  const order: string[] = [];
  const slow = { kind: 'adversarial', choices: { ...choices, steps: 200, learningRate: 1e-6 } } as const;
  const controller = new AbortController();
  const many = failureOf(
    compute.request(
      'explain/maps',
      { run, images: trainImages, request: slow },
      { signal: controller.signal },
    ),
  ).then((failure) => order.push(failure.code));
  const single: ImageRef = { kind: 'dataset', run, split: 'test', index: 0 };
  await compute.request('explain/maps', { run, images: [single], request }).then(() => order.push('single'));
  controller.abort();
  await many;
  assert.deepEqual(order, ['single', 'cancelled']);
});

test('images are explained while a run trains', async () => {
  const long = await stoppedRun(dataset, out, {
    autoencoder: { ...TINY_SETTINGS.autoencoder, updates: 300 },
  });
  const order: string[] = [];
  let explaining: Promise<void> | undefined;
  const explain = async (): Promise<void> => {
    const image: ImageRef = { kind: 'dataset', run, split: 'test', index: 1 };
    await compute.request('explain/maps', { run, images: [image], request });
    await compute.request('explain/adversarial', { run, image, choices });
    order.push('explanation');
  };
  await compute.request(
    'run/resume',
    { run: long },
    {
      onProgress: () => {
        explaining ??= explain();
      },
    },
  );
  order.push('run');
  await explaining;
  assert.deepEqual(order, ['explanation', 'run']);
});
