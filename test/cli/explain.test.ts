import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import sharp from 'sharp';
import { z } from 'zod';
import { parseNpy } from '../../src/data/npy.ts';
import { jsonLines, runCli } from '../support/cli.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';
import { tinyRun, writeTinyDataset } from '../support/tinyRun.ts';

const folder = temporaryFolder();
const out = path.join(folder, 'runs');
const dataset = writeTinyDataset(path.join(folder, 'tiny.npz'));
const mi = await tinyRun(dataset, out);
const baseline = await tinyRun(dataset, out, { method: 'baseline', count: 0 });

const change = z.object({
  target: z.int(),
  probability: z.number(),
  autoencoderRun: z.string(),
  probs: z.array(z.number().min(0).max(1)).min(1),
  flippedAt: z.int().optional(),
  l2: z.number(),
  area: z.number(),
});
const explanationSchema = z.object({
  runs: z.array(z.object({ id: z.string(), method: z.string(), classifierSha256: z.string() })),
  classNames: z.array(z.string()),
  saliency: z.object({ method: z.string(), target: z.union([z.string(), z.int()]) }),
  colors: z.object({ absoluteDifference: z.object({ range: z.array(z.number()) }) }),
  images: z.array(
    z.object({
      name: z.string(),
      className: z.string().optional(),
      source: z.record(z.string(), z.union([z.string(), z.number()])),
      explanations: z.array(
        z.object({
          run: z.string(),
          saliency: z.object({ target: z.int(), className: z.string() }),
          adversarial: change.optional(),
        }),
      ),
    }),
  ),
});
const readExplanation = (target: string): z.infer<typeof explanationSchema> =>
  explanationSchema.parse(JSON.parse(readFileSync(path.join(target, 'explanation.json'), 'utf8')));

test('two runs side by side: pictures, maps, numbers and a figure in a new folder', async () => {
  const target = path.join(folder, 'both');
  const words = ['--against', mi.folder, '--out', target, '--limit', '4', '--steps', '6'];
  const { exitCode, stdout, stderr } = await runCli(['explain', baseline.folder, ...words]);
  assert.equal(exitCode, 0, stderr);
  const lines = stdout.trimEnd().split('\n');
  assert.equal(lines.at(-1), target);
  assert.match(stdout, new RegExp(`It has no autoencoder; that of ${mi.id} was used\\.`));

  const explanation = readExplanation(target);
  assert.deepEqual(
    explanation.runs.map(({ id, method }) => [id, method]),
    [
      [baseline.id, 'baseline'],
      [mi.id, 'mi'],
    ],
  );
  assert.deepEqual(
    explanation.images.map(({ name, className, source }) => [name, className, source]),
    [0, 1, 6, 7].map((index, position) => [
      `0${position + 1}-val-${index}`,
      explanation.classNames[index % 2],
      { split: 'val', index },
    ]),
  );
  const [, range] = explanation.colors.absoluteDifference.range;
  let largest = 0;
  for (const { name, explanations } of explanation.images) {
    for (const { run, adversarial } of explanations) {
      assert.equal(adversarial?.autoencoderRun, mi.id);
      const place = path.join(target, name, run);
      const read = (file: string): Float32Array => {
        const { type, shape, data } = parseNpy(readFileSync(path.join(place, file)), file);
        assert.deepEqual([type, shape], ['f4', [8, 8]]);
        return Float32Array.from(data);
      };
      const [saliency, difference, absolute] = [
        'saliency.npy',
        'difference.npy',
        'absoluteDifference.npy',
      ].map(read);
      assert.ok(saliency.every((value) => value >= 0 && value <= 1));
      assert.deepEqual(difference.map(Math.abs), absolute);
      largest = Math.max(largest, ...absolute);
      const grey = async (file: string): Promise<Buffer> =>
        sharp(path.join(place, file)).toColourspace('b-w').raw().toBuffer();
      const [before, after] = [await grey('reconstruction.png'), await grey('adversarial.png')];
      difference.forEach((value, i) =>
        assert.ok(Math.abs((after[i] - before[i]) / 255 - value) <= 1.01 / 255),
      );
      for (const file of ['overlay.png', 'difference.png', 'absoluteDifference.png']) {
        const { width, height } = await sharp(path.join(place, file)).metadata();
        assert.deepEqual([width, height], [8, 8], file);
      }
    }
    assert.ok(existsSync(path.join(target, name, 'original.png')));
  }
  assert.ok(largest <= range, 'the colours end beyond the largest change of both runs');
  const figure = await sharp(path.join(target, 'figure.png')).metadata();
  assert.ok(figure.width > 700 && figure.height > 500);
  assert.deepEqual(
    readdirSync(folder).filter((name) => name.startsWith('.part')),
    [],
  );

  const again = await runCli(['explain', baseline.folder, ...words]);
  assert.equal(again.exitCode, 2);
  assert.match(again.stderr, /The folder .*both is not empty\. Choose a new or an empty folder\./);
});

test('image files, a class by name, saliency alone, and a folder of its own', async () => {
  const place = path.join(folder, 'here');
  mkdirSync(place);
  const files = [1, 2].map((index) => `./image ${index}.png`);
  for (const [index, file] of files.entries()) {
    const pixels = Uint8Array.from({ length: 400 }, (_, i) => (i * (index + 3)) % 256);
    const png = sharp(pixels, { raw: { width: 20, height: 20, channels: 1 } }).png();
    await png.toFile(path.join(place, file));
  }
  const words = [
    'explain',
    mi.folder,
    ...files,
    '--target',
    '1',
    '--no-adversarial',
    '--json',
    '--method',
    'gradcam',
  ];
  const first = await runCli(words, { cwd: place });
  assert.equal(first.exitCode, 0, first.stderr);
  const result = jsonLines(first).at(-1);
  const target = path.join(place, `explanation-${mi.id}-1`);
  assert.deepEqual(result, {
    type: 'result',
    folder: target,
    figure: path.join(target, 'figure.png'),
    images: 2,
  });
  assert.equal(jsonLines(first).filter(({ type }) => type === 'progress').length, 2);
  const { saliency, images } = readExplanation(target);
  assert.deepEqual([saliency.method, saliency.target], ['gradcam', 1]);
  assert.deepEqual(
    images.map(({ name, className, source }) => [name, className, source.file]),
    [
      ['01-image-1', undefined, path.join(place, 'image 1.png')],
      ['02-image-2', undefined, path.join(place, 'image 2.png')],
    ],
  );
  assert.ok(
    images.every(({ explanations }) => explanations.every(({ adversarial }) => adversarial === undefined)),
  );
  const second = await runCli(words, { cwd: place });
  assert.equal(second.exitCode, 0);
  assert.ok(existsSync(path.join(place, `explanation-${mi.id}-2`)));
});

test('a dataset that was moved is given by its new place', async () => {
  const moved = path.join(folder, 'moved.npz');
  const own = writeTinyDataset(path.join(folder, 'movable.npz'));
  const run = await tinyRun(own, path.join(folder, 'moved-runs'));
  renameSync(own, moved);
  const words = [
    'explain',
    run.folder,
    '--limit',
    '1',
    '--no-adversarial',
    '--out',
    path.join(folder, 'moved'),
  ];
  const lost = await runCli(words);
  assert.equal(lost.exitCode, 2);
  assert.match(lost.stderr, /is not at .*movable\.npz any more/);
  const found = await runCli([...words, '--dataset', moved]);
  assert.equal(found.exitCode, 0, found.stderr);
});

test('what cannot be explained is told in words, and nothing is left behind', async () => {
  const other = writeTinyDataset(path.join(folder, 'other.npz'), { testSeed: 9 });
  const foreign = await tinyRun(other, path.join(folder, 'foreign'), { method: 'baseline', count: 0 });
  const target = path.join(folder, 'nothing');
  const text = path.join(folder, 'text.png');
  writeFileSync(text, 'no image');
  const cases: [string[], RegExp][] = [
    [['--against', foreign.folder], /were made from different datasets\. Choose two runs of one dataset\./],
    [['--against', `${mi.folder}/.`], /Run .* cannot be compared with itself\. Choose another run/],
    [[folder], /cannot be shown to the classifier: it is a folder\. Leave the image out/],
    [['--target', 'cat'], /There is no class 'cat'\. Choose predicted, label, or one of 0 \(/],
    [['--target', '2'], /There is no class '2'\./],
    [['--layer', 'layer1'], /There is no map of the layer 'layer1'/],
    [['--limit', '0'], /--limit cannot be '0'\./],
    [[text], /text\.png cannot be shown to the classifier: /],
    [[path.join(folder, 'gone.png')], /gone\.png cannot be shown to the classifier: it is not there\. Leave/],
  ];
  for (const [words, message] of cases) {
    const { exitCode, stderr } = await runCli(['explain', mi.folder, '--out', target, ...words]);
    assert.equal(exitCode, 2, stderr);
    assert.match(stderr, message);
    assert.ok(!existsSync(target));
  }
  const alone = await runCli(['explain', foreign.folder, '--out', target]);
  assert.match(alone.stderr, /has no autoencoder, and no run of the same images beside it has one\./);
});
