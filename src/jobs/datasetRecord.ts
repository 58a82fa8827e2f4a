import path from 'node:path';
import type { Dataset } from '../data/dataset.ts';
import type { RunManifest } from '../runs/runManifest.ts';

/** What run.json says of the dataset. */
export function datasetRecord(dataset: Dataset): RunManifest['dataset'] {
  const { name, format, sha256, task, classNames, channels, imageSize, train, val, test } = dataset;
  return {
    name,
    path: path.resolve(dataset.path),
    format,
    sha256,
    task,
    classNames: [...classNames],
    channels,
    imageSize,
    counts: { train: train.count, val: val.count, test: test.count },
  };
}
