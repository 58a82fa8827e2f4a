import assert from 'node:assert/strict';
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, describe, test } from 'node:test';
import { openDataset } from '../../../src/data/openDataset.ts';
import { encodePng } from '../../../src/data/encodePng.ts';
import { ClassifierImages } from '../../../src/jobs/classifierImages.ts';
import { Explainer } from '../../../src/jobs/explain/explainer.ts';
import { scoreDataset } from '../../../src/jobs/scores/scoreDataset.ts';
import {
  DEFAULT_ADVERSARIAL,
  DEFAULT_SALIENCY,
  type MapBatch,
  type MapRequest,
} from '../../../src/protocol/explanations.ts';
import type { ImageRef } from '../../../src/protocol/imageData.ts';
import { readLines } from '../../../src/runs/jsonLines.ts';
import { RunFolder, runPaths } from '../../../src/runs/runFolder.ts';
import { sampleRecordSchema } from '../../../src/runs/sampleRecord.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';
import { stoppedRun, tinyRun, TINY_SETTINGS, writeTinyDataset } from '../../support/tinyRun.ts';

const folder = temporaryFolder();
const out = path.join(folder, 'runs');
const LONGER = { classifier: { ...TINY_SETTINGS.classifier, duration: { epochs: 12 } } };
const dataset = writeTinyDataset(path.join(folder, 'tiny.npz'));
const { folder: run } = await tinyRun(dataset, out, LONGER);
const { folder: baseline, id: baselineId } = await tinyRun(dataset, out, {
  ...LONGER,
  method: 'baseline',
  count: 0,
});
const { values: records } = await readLines(runPaths(run).samples, sampleRecordSchema);
const AREA = 64;

const explainer = new Explainer();
after(() => explainer.dispose());

const saliency = (change: Partial<typeof DEFAULT_SALIENCY> = {}): MapRequest => ({
  kind: 'saliency',
  choices: { ...DEFAULT_SALIENCY, ...change },
});
const adversarial = { kind: 'adversarial', choices: { ...DEFAULT_ADVERSARIAL, steps: 5 } } as const;
const valImages = (count: number, of = run): ImageRef[] =>
  Array.from({ length: count }, (_, index) => ({ kind: 'dataset', run: of, split: 'val', index }));
const mapAt = ({ values }: MapBatch, position: number): Float32Array =>
  values.slice(position * AREA, (position + 1) * AREA);
const keptMaps = (of: string): string[] => {
  const { explanations } = runPaths(of);
  return existsSync(explanations) ? readdirSync(explanations).filter((name) => name.endsWith('.npy')) : [];
};

function assertClose(one: MapBatch, other: MapBatch): void {
  assert.deepEqual(
    one.facts.map(({ target }) => target),
    other.facts.map(({ target }) => target),
  );
  one.values.forEach((value, index) => assert.ok(Math.abs(value - other.values[index]) < 1e-4));
}

describe('images of every kind', () => {
  const { id } = records[0];
  const source = { kind: 'source', run, sampleId: id } as const;
  const synthetic = { kind: 'synthetic', run, sampleId: id } as const;
  const file = { kind: 'file', path: path.join(run, records[0].file) } as const;

  test('are read as the classifier takes them, with their labels', async () => {
    const reader = new ClassifierImages();
    const opened = await RunFolder.open(run);
    const { train, val } = await openDataset(dataset, { seed: 1 });
    const pixelsOf = ({ pixels }: typeof train | typeof val, index: number): number[] =>
      Array.from(pixels.subarray(index * AREA, (index + 1) * AREA), (pixel) => Math.fround(pixel / 255));

    const read = {
      source: await reader.read(opened, source),
      synthetic: await reader.read(opened, synthetic),
      file: await reader.read(opened, file),
      dataset: await reader.read(opened, valImages(4)[3]),
    };
    assert.deepEqual([...read.source.input.data], pixelsOf(train, records[0].parent.index));
    assert.deepEqual([...read.dataset.input.data], pixelsOf(val, 3));
    assert.deepEqual(read.synthetic.input, read.file.input);
    assert.deepEqual(read.dataset.input.shape, [1, 1, 8, 8]);
    assert.deepEqual(
      [read.source.isOfRun, read.synthetic.isOfRun, read.dataset.isOfRun, read.file.isOfRun],
      [true, true, true, false],
    );
    const { label } = records[0];
    assert.deepEqual(await read.source.findLabel(), label);
    assert.deepEqual(await read.synthetic.findLabel(), label);
    assert.deepEqual(await read.file.findLabel(), label, 'a file of the run is known to it');
    assert.deepEqual(await read.dataset.findLabel(), 3 % 2);
    const elsewhere = path.join(folder, 'elsewhere.png');
    cpSync(file.path, elsewhere);
    assert.equal(await (await reader.read(opened, { kind: 'file', path: elsewhere })).findLabel(), undefined);
  });

  test('that were scored are the dataset’s', async () => {
    const scores = await scoreDataset({ run, datasetPath: dataset, splits: ['val'] });
    const reader = new ClassifierImages();
    const opened = await RunFolder.open(run);
    const scored = await reader.read(opened, { kind: 'scored', folder: scores.folder, id: 'val-3' });
    const same = await reader.read(opened, valImages(4)[3]);
    assert.deepEqual(scored.input, same.input);
    assert.ok(scored.isOfRun);
    assert.deepEqual(await scored.findLabel(), await same.findLabel());
  });

  test('have a map each, and those without say why', async () => {
    const missing = { kind: 'file', path: path.join(folder, 'missing.png') } as const;
    const unknown = { kind: 'synthetic', run, sampleId: 'sample-999999' } as const;
    const beyond = { kind: 'dataset', run, split: 'val', index: 12 } as const;
    const images = [missing, source, unknown, synthetic, beyond, file];
    const maps = await explainer.maps({ run, images, request: saliency() });
    assert.deepEqual(maps.found, [1, 3, 5]);
    assert.deepEqual([maps.width, maps.height, maps.values.length, maps.facts.length], [8, 8, 3 * AREA, 3]);
    assert.deepEqual(
      maps.missing.map(({ index }) => index),
      [0, 2, 4],
    );
    const reasons = maps.missing.map(({ reason }) => reason);
    assert.match(reasons[0], /missing\.png cannot be shown to the classifier: it is not there\.$/);
    assert.match(reasons[1], /There is no sample sample-999999 in run/);
    assert.match(reasons[2], /There is no image 12 among the 12 val images of .*tiny\.npz\.$/);
    assert.deepEqual(mapAt(maps, 1), mapAt(maps, 2), 'the same pixels have the same map');
    assert.ok(maps.values.every((value) => value >= 0 && value <= 1));
  });
});

describe('maps', () => {
  test('are computed once: another process finds them in the run’s folder', async () => {
    const images = valImages(5);
    const first = await explainer.maps({ run, images, request: saliency({ method: 'gradcam' }) });
    const before = keptMaps(run);
    const { classifier } = runPaths(run);
    const other = new Explainer();
    const again = await other.maps({ run, images, request: saliency({ method: 'gradcam' }) });
    await other.dispose();
    assert.deepEqual(again, first);
    assert.deepEqual(keptMaps(run), before);
    assert.ok(existsSync(classifier));
  });

  test('of files stay in memory', async () => {
    const before = keptMaps(run);
    const file = path.join(folder, 'file.png');
    const pixels = Uint8Array.from({ length: AREA }, (_, index) => 3 * index);
    writeFileSync(file, await encodePng({ pixels, channels: 1, width: 8, height: 8 }));
    await explainer.maps({ run, images: [{ kind: 'file', path: file }], request: saliency() });
    assert.deepEqual(keptMaps(run), before);
  });

  test('of a copy with another classifier are others', async () => {
    const request = saliency({ layer: 'layer3' });
    const copy = path.join(out, 'copy');
    const maps = await explainer.maps({ run, images: valImages(2), request });
    cpSync(run, copy, { recursive: true });
    cpSync(runPaths(baseline).classifier, runPaths(copy).classifier);
    const other = await explainer.maps({ run: copy, images: valImages(2, copy), request });
    assert.notDeepEqual(other.values, maps.values);
    assert.deepEqual(
      other.values,
      (await explainer.maps({ run: baseline, images: valImages(2), request })).values,
    );
    rmSync(copy, { recursive: true });
  });

  test('alone and in a batch are the same but for rounding', async () => {
    const images = valImages(6);
    const request = saliency({ layer: 'layer3', sign: 'raw', method: 'gradcam' });
    const batch = await explainer.maps({ run, images, request });
    const fresh = new Explainer();
    rmSync(runPaths(run).explanations, { recursive: true });
    for (const [index, image] of images.entries()) {
      const alone = await fresh.maps({ run, images: [image], request });
      assertClose(alone, { ...batch, values: mapAt(batch, index), facts: [batch.facts[index]] });
    }
    await fresh.dispose();
  });

  test('explain the predicted class, the label or any class', async () => {
    const images = valImages(12);
    const targetsOf = async (target: 'predicted' | 'label' | number): Promise<number[]> =>
      (await explainer.maps({ run, images, request: saliency({ target }) })).facts.map(
        (facts) => facts.target,
      );
    assert.deepEqual(
      await targetsOf('label'),
      Array.from({ length: 12 }, (_, index) => index % 2),
    );
    assert.deepEqual(await targetsOf(1), new Array(12).fill(1));
    const predicted = await explainer.maps({ run, images, request: saliency() });
    assert.ok(predicted.facts.every(({ probability }) => probability >= 0.5));
  });

  test('also of another class say which one is predicted', async () => {
    const images = valImages(12);
    const predicted = (await explainer.maps({ run, images, request: saliency() })).facts;
    assert.deepEqual(
      predicted.map((facts) => facts.predicted),
      predicted.map((facts) => facts.target),
    );
    const change = { ...adversarial, choices: { ...adversarial.choices, target: 1 } };
    for (const request of [saliency({ target: 1 }), change]) {
      const { facts } = await explainer.maps({ run, images, request });
      assert.deepEqual(
        facts.map((one) => [one.target, one.predicted]),
        predicted.map(({ target }) => [1, target]),
      );
    }
  });

  test('explain of several labels the one with the highest probability', async () => {
    const labels = writeTinyDataset(path.join(folder, 'labels.npz'), { task: 'multi-label' });
    const { folder: many } = await tinyRun(labels, path.join(folder, 'labels'), LONGER);
    const images = valImages(8, many);
    const of = (target: 'label' | 'predicted' | number): Promise<MapBatch> =>
      explainer.maps({ run: many, images, request: saliency({ target }) });
    const byClass = [await of(0), await of(1), await of(2)].map(({ facts }) => facts);
    const labelled = await of('label');
    labelled.facts.forEach(({ target, probability }, index) => {
      const positive = [0, 1, 2].filter((label) => (index >> label) & 1);
      const open = positive.length > 0 ? positive : [0, 1, 2];
      const highest = Math.max(...open.map((label) => byClass[label][index].probability));
      assert.ok(open.includes(target), `image ${index}`);
      assert.ok(Math.abs(probability - highest) < 1e-6, `image ${index}`);
    });
  });

  test('are asked for in words that fit the run', async () => {
    const ask = (request: MapRequest, of = run): Promise<unknown> =>
      explainer.maps({ run: of, images: valImages(1), request });
    await assert.rejects(ask(saliency({ target: 2 })), {
      code: 'settings/invalid',
      message: /^There is no class 2\.$/,
    });
    await assert.rejects(ask(saliency({ layer: 'layer9' })), {
      code: 'settings/invalid',
      message: /'layer9'/,
    });
    const unfinished = await stoppedRun(dataset, path.join(folder, 'stopped'));
    await assert.rejects(ask(saliency(), unfinished), {
      code: 'run/incomplete',
      message: /no trained classifier/,
    });
    const torn = path.join(folder, 'torn');
    cpSync(run, torn, { recursive: true });
    writeFileSync(runPaths(torn).classifier, 'torn');
    await assert.rejects(ask(saliency(), torn), { code: 'run/corrupt' });
  });

  test('that were cancelled end at once; what was computed stays', async () => {
    const controller = new AbortController();
    const request = saliency({ sign: 'raw', layer: 'layer3' });
    const images = [...valImages(12), ...Array.from({ length: 40 }, (_, index) => trainImage(index))];
    const asking = explainer.maps({ run, images, request }, { signal: controller.signal });
    const kept = keptMaps(run).length;
    const waiting = setInterval(() => {
      if (keptMaps(run).length > kept) controller.abort();
    }, 1);
    await assert.rejects(asking, { code: 'cancelled' });
    clearInterval(waiting);
    const computed = keptMaps(run).length - kept;
    assert.ok(computed >= 1 && computed < images.length, `${computed} maps are kept`);
    const maps = await explainer.maps({ run, images, request });
    assert.equal(maps.found.length, images.length);
  });
});

const trainImage = (index: number): ImageRef => ({ kind: 'dataset', run, split: 'train', index });

describe('adversarial maps', () => {
  test('are the difference between the two reconstructions of the explanation', async () => {
    const [image] = valImages(1);
    const maps = await explainer.maps({ run, images: [image], request: adversarial });
    const explanation = await explainer.adversarial({ run, image, choices: adversarial.choices });
    assert.deepEqual(explanation.change, maps.facts[0].change);
    assert.equal(explanation.target, maps.facts[0].target);
    assert.equal(explanation.autoencoderRun, undefined);
    maps.values.forEach((value, index) => {
      const expected = explanation.adversarial[index] - explanation.reconstruction[index];
      assert.ok(Math.abs(value - expected) < 1e-6);
    });
    const { input } = await new ClassifierImages().read(await RunFolder.open(run), image);
    assert.deepEqual(explanation.original, input.data);
    const { probs, flippedAt } = explanation.change;
    assert.equal(probs.length - 1, flippedAt ?? 5);
    const index = readFileSync(path.join(runPaths(run).explanations, 'index.jsonl'), 'utf8');
    assert.ok(index.includes('"kind":"adversarial"'));
  });

  test('of a baseline go through the autoencoder of a run beside it, and say so', async () => {
    const image = valImages(1, baseline)[0];
    const choices = { ...DEFAULT_ADVERSARIAL, steps: 3 };
    const explanation = await explainer.adversarial({ run: baseline, image, choices });
    assert.equal(explanation.autoencoderRun, path.basename(run));
    const alone = path.join(folder, 'alone', baselineId);
    cpSync(baseline, alone, { recursive: true });
    await assert.rejects(explainer.adversarial({ run: alone, image, choices }), {
      code: 'run/incomplete',
      message: /has no autoencoder, and no run of the same images beside it has one\.$/,
    });
    const found = await explainer.adversarial({ run: alone, comparedWith: run, image, choices });
    assert.deepEqual(found, explanation);
  });
});

test('a run that cannot be written shows its maps all the same', async () => {
  const readOnly = path.join(folder, 'read-only');
  cpSync(run, readOnly, { recursive: true });
  rmSync(runPaths(readOnly).explanations, { recursive: true, force: true });
  // Root may write anywhere; a file where a folder belongs stops everybody.
  writeFileSync(runPaths(readOnly).explanations, '');
  const maps = await explainer.maps({
    run: readOnly,
    images: valImages(2),
    request: saliency({ target: 1 }),
  });
  assert.deepEqual(maps.found, [0, 1]);
});
