import type { DatasetSummary } from '../../../src/protocol/datasetSummary.ts';

/** A small dataset without anything remarkable, changed as a test wants it. */
export function exampleSummary(changes: Partial<DatasetSummary> = {}): DatasetSummary {
  return {
    name: 'phantoms',
    path: '/data/phantoms.npz',
    format: 'npz',
    task: 'binary-class',
    classNames: ['benign', 'malignant'],
    channels: 1,
    imageSize: 28,
    bitDepth: 8,
    splitSource: 'given',
    splits: [
      { split: 'train', count: 1040, classCounts: [1000, 40], majorityRate: 1000 / 1040 },
      { split: 'val', count: 8, classCounts: [6, 2], majorityRate: 0.75 },
      { split: 'test', count: 16, classCounts: [12, 4], majorityRate: 0.75 },
    ],
    duplicates: { groups: 0, surplusCopies: 0, crossSplit: [] },
    skippedFiles: [],
    ...changes,
  };
}
