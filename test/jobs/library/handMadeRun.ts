import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { encodePng } from '../../../src/data/encodePng.ts';
import { hashDataset } from '../../../src/data/hashDataset.ts';
import { appendLines } from '../../../src/runs/jsonLines.ts';
import { metricsLineSchema } from '../../../src/runs/metricsLog.ts';
import { RunFolder, type NewManifest } from '../../../src/runs/runFolder.ts';
import { sampleRecordSchema, type SampleRecord } from '../../../src/runs/sampleRecord.ts';
import { EXAMPLE_MANIFEST, EXAMPLE_SAMPLE } from '../../runs/exampleRecords.ts';
import { TINY_SETTINGS } from '../../support/tinyRun.ts';

export const SIDE = 8;
export const CLASS_NAMES = ['left', 'right'];

export interface HandMade {
  readonly dataset: Pick<NewManifest['dataset'], 'path' | 'format'>;
  readonly count?: number;
  readonly createdAt?: string;
  readonly manifest?: Partial<NewManifest>;
  readonly sample?: (record: SampleRecord, index: number) => SampleRecord;
}

/**
 * A finished run of tiny grey images without a second of training. Sample i is all of grey i, of class i mod 2, from
 * training image i, and its numbers are multiples of i.
 */
export async function handMadeRun(out: string, options: HandMade): Promise<RunFolder> {
  const { dataset, count = 6, createdAt = '2026-01-31T12:00:00Z', manifest } = options;
  const sample = options.sample ?? ((record: SampleRecord) => record);
  const run = await RunFolder.create({
    out,
    method: 'mi',
    createdAt: new Date(createdAt),
    manifest: {
      ...EXAMPLE_MANIFEST,
      status: 'finished',
      stage: 'samples',
      settings: { ...TINY_SETTINGS, imageSize: SIDE },
      dataset: {
        ...EXAMPLE_MANIFEST.dataset,
        ...dataset,
        name: 'tiny',
        sha256: (await hashDataset(dataset.path)).sha256,
        classNames: CLASS_NAMES,
        imageSize: SIDE,
      },
      timings: { autoencoder: 2, classifier: 3 },
      result: { bestEpoch: 2, valAuroc: 0.75, samples: count },
      ...manifest,
    },
  });
  const records = Array.from({ length: count }, (_, index) => sample(recordOf(index), index));
  await appendLines(run.paths.samples, sampleRecordSchema, records);
  for (const [index, { file }] of records.entries()) {
    const target = path.join(run.paths.root, file);
    mkdirSync(path.dirname(target), { recursive: true });
    writeFileSync(target, await greyPng(index));
  }
  await appendLines(
    run.paths.metrics,
    metricsLineSchema,
    [1, 2].flatMap((epoch) => {
      const line = { stage: 'classifier', epoch, learningRate: 1e-3, secondsElapsed: epoch } as const;
      return [
        { ...line, split: 'val', loss: 1 / epoch, auroc: 0.5 * epoch } as const,
        { ...line, split: 'train', loss: 0.1 } as const,
      ];
    }),
  );
  return run;
}

export function recordOf(index: number): SampleRecord {
  const id = `sample-${String(index).padStart(6, '0')}`;
  const label = index % 2;
  return {
    ...EXAMPLE_SAMPLE,
    id,
    file: `synthetic/${CLASS_NAMES[label]}/${id}.png`,
    label,
    parent: { index, split: 'train' },
    miBefore: 0.01 * index,
    miAfter: 0.02 * index,
    entropyBefore: 0.03 * index,
    entropyAfter: 0.04 * index,
    predictedLabel: index % 3 === 0 ? 0 : 1,
    latentDistance: index,
  };
}

export function greyPng(grey: number, side = SIDE): Promise<Buffer> {
  const pixels = new Uint8Array(side * side).fill(grey);
  return encodePng({ pixels, channels: 1, width: side, height: side });
}
