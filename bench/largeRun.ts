import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import type { Dataset } from '../src/data/dataset.ts';
import { encodePng } from '../src/data/encodePng.ts';
import { openDataset } from '../src/data/openDataset.ts';
import { drawPhantom, type PhantomKind } from '../src/data/phantom.ts';
import { writeSampleDataset } from '../src/data/sampleDataset.ts';
import { deriveKey, normals, permutation, randomKey, uniforms } from '../src/engine/random.ts';
import { sampleFile } from '../src/jobs/sampleFile.ts';
import { datasetRecord } from '../src/jobs/datasetRecord.ts';
import { makeSettings } from '../src/protocol/generateChoices.ts';
import { appendLines } from '../src/runs/jsonLines.ts';
import { metricsLineSchema, type MetricsLine } from '../src/runs/metricsLog.ts';
import { RunFolder } from '../src/runs/runFolder.ts';
import { sampleRecordSchema, type SampleRecord } from '../src/runs/sampleRecord.ts';

export interface LargeRunOptions {
  /** Samples of the run. */
  readonly count: number;
  readonly seed?: number;
  /** Of the dataset that the samples come from. */
  readonly imagesPerClass?: number;
}

const IMAGE_SIZE = 64;
const IMAGES_PER_CLASS = 100;
const AUTOENCODER_EPOCHS = 6;
const CLASSIFIER_EPOCHS = 20;
const FILES_AT_A_TIME = 32;
const CREATED_AT = new Date('2026-01-31T12:00:00Z');

/**
 * Writes a sample dataset to `<folder>/phantoms` and beside it, below `.tsynd/runs`, a finished run on it with many
 * samples, without training anything: the pictures are drawn (one for each training image, used again and again), and
 * the numbers are seeded and fit each other. It has all that a gallery reads, but no checkpoints. The same options give
 * the same bytes. Returns the run's folder.
 *
 * Throws TsyndError 'file/exists' when there is a dataset already.
 */
export async function makeLargeRun(
  folder: string,
  { count, seed = 0, imagesPerClass = IMAGES_PER_CLASS }: LargeRunOptions,
): Promise<string> {
  const root = path.resolve(folder);
  const { path: datasetPath } = await writeSampleDataset(path.join(root, 'phantoms'), {
    seed,
    imagesPerClass,
  });
  const dataset = await openDataset(datasetPath, { seed, imageSize: IMAGE_SIZE });
  const run = await createRun(path.join(root, '.tsynd', 'runs'), dataset, count, seed);
  await appendLines(run.paths.metrics, metricsLineSchema, drawMetrics(seed));
  const records = drawRecords(dataset, count, seed);
  await writePictures(run, dataset, records, seed);
  await appendLines(run.paths.samples, sampleRecordSchema, records);
  return run.paths.root;
}

function createRun(out: string, dataset: Dataset, count: number, seed: number): Promise<RunFolder> {
  const { imageSize, train } = dataset;
  const settings = makeSettings({ preset: 'quick', method: 'mi', count, seed, fraction: 1, imageSize });
  return RunFolder.create({
    out,
    method: 'mi',
    createdAt: CREATED_AT,
    manifest: {
      status: 'finished',
      stage: 'samples',
      settings: z.record(z.string(), z.json()).parse(settings),
      seed,
      versions: { tsynd: '0.1.0', node: process.version, onnxruntime: 'none' },
      device: { name: 'cpu', description: 'none: drawn, not trained', threads: 1 },
      dataset: datasetRecord(dataset),
      subsetIndicesFile: 'subset.json',
      timings: { autoencoder: 41, classifier: 63, samples: 0.2 * count },
      result: { bestEpoch: CLASSIFIER_EPOCHS, valAuroc: 0.9, samples: count },
    },
    subsetIndices: Array.from({ length: train.count }, (_, index) => index),
  });
}

function drawMetrics(seed: number): MetricsLine[] {
  const key = deriveKey(randomKey(seed), 'metrics');
  const stages = [
    { stage: 'autoencoder', epochs: AUTOENCODER_EPOCHS, secondsPerEpoch: 7 },
    { stage: 'classifier', epochs: CLASSIFIER_EPOCHS, secondsPerEpoch: 3 },
  ] as const;
  return stages.flatMap(({ stage, epochs, secondsPerEpoch }) =>
    Array.from({ length: epochs }, (_, index) => index + 1).flatMap((epoch) =>
      (['train', 'val'] as const).map((split): MetricsLine => {
        const [noise] = uniforms(deriveKey(key, stage, split, epoch), 1, -0.02, 0.02);
        const progress = epoch / epochs;
        const auroc = stage === 'classifier' && split === 'val' ? { auroc: 0.55 + 0.35 * progress } : {};
        return {
          ...{ stage, split, epoch, loss: 0.4 + 0.7 * Math.exp(-3 * progress) + noise, ...auroc },
          ...{ learningRate: 1e-3, secondsElapsed: secondsPerEpoch * epoch },
        };
      }),
    ),
  );
}

function drawRecords(dataset: Dataset, count: number, seed: number): SampleRecord[] {
  const { train, classNames } = dataset;
  const numClasses = classNames.length;
  const noise = normals(deriveKey(randomKey(seed), 'logits'), count * 2 * numClasses);
  const shares = uniforms(deriveKey(randomKey(seed), 'shares'), count * 4);
  const parents = permutation(deriveKey(randomKey(seed), 'parents'), train.count);
  return Array.from({ length: count }, (_, number) => {
    const parent = parents[number % train.count];
    const { file = '', index } = train.sources[parent];
    const label = train.labels[parent];
    const [beforeShare, afterShare, distance, changed] = shares.subarray(4 * number, 4 * number + 4);
    const logits = (margin: number, part: 0 | 1): number[] =>
      classNames.map((_, k) => (k === label ? margin : 0) + noise[(2 * number + part) * numClasses + k]);
    const probsBefore = softmax(logits(3, 0));
    const probsAfter = softmax(logits(1, 1));
    const [entropyBefore, entropyAfter] = [entropyOf(probsBefore), entropyOf(probsAfter)];
    const id = `sample-${String(number).padStart(6, '0')}`;
    return {
      ...{ id, file: sampleFile(classNames, label, id), label },
      parent: { file, index, split: 'train' },
      ...{ method: 'mi', steps: 5, latentLearningRate: 0.01, noise: 0.1, numMcSamples: 20, maskSeed: 1 },
      // Mutual information is a part of the predictive entropy.
      ...{ miBefore: 0.1 * beforeShare * entropyBefore, miAfter: (0.1 + 0.2 * afterShare) * entropyAfter },
      ...{ entropyBefore, entropyAfter, probsBefore, probsAfter },
      predictedLabel: probsAfter.indexOf(Math.max(...probsAfter)),
      ...{ latentDistance: 2 + 6 * distance, codesChanged: 0.5 * changed },
      ...{ decoderSha256: '0'.repeat(64), classifierSha256: '0'.repeat(64) },
    };
  });
}

/** One picture for each training image: that image with a part of another phantom of its class. */
async function writePictures(
  run: RunFolder,
  { train, classNames, channels }: Dataset,
  records: readonly SampleRecord[],
  seed: number,
): Promise<void> {
  const area = IMAGE_SIZE * IMAGE_SIZE;
  const pngs = await Promise.all(
    Array.from({ length: train.count }, (_, index) => {
      const kind = kindOf(classNames[train.labels[index]]);
      const other = drawPhantom(deriveKey(randomKey(seed), 'picture', index), kind, IMAGE_SIZE).image;
      const pixels = Uint8Array.from({ length: channels * area }, (_, position) =>
        Math.round(0.75 * train.pixels[index * channels * area + position] + 0.25 * other[position % area]),
      );
      return encodePng({ pixels, channels, width: IMAGE_SIZE, height: IMAGE_SIZE });
    }),
  );
  const files = records.map(({ file }) => path.join(run.paths.root, file));
  for (const classFolder of new Set(files.map((file) => path.dirname(file)))) await mkdir(classFolder);
  for (let start = 0; start < files.length; start += FILES_AT_A_TIME) {
    const batch = files.slice(start, start + FILES_AT_A_TIME);
    await Promise.all(
      batch.map((file, offset) => writeFile(file, pngs[records[start + offset].parent.index])),
    );
  }
}

function kindOf(className: string): PhantomKind {
  return className === 'malignant' || className === 'normal' ? className : 'benign';
}

function softmax(logits: readonly number[]): number[] {
  const powers = logits.map((logit) => Math.exp(logit));
  const sum = powers.reduce((a, b) => a + b, 0);
  return powers.map((power) => power / sum);
}

/** Nats. */
function entropyOf(probs: readonly number[]): number {
  return probs.reduce((sum, prob) => sum - prob * Math.log(prob), 0);
}
