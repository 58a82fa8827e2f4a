import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';

import type { Dataset, LabelledImages, SplitName } from '../../src/data/dataset.ts';
import { findDuplicates, summarizeDuplicates } from '../../src/data/duplicates.ts';
import { openNpzDataset } from '../../src/data/npzDataset.ts';
import { summarizeDataset } from '../../src/jobs/summarizeDataset.ts';
import { SHARED_DATA, skipWithout } from './helpers.ts';

/** Images [N, 1, 2, 2] of one grey each. */
function splitOf<S extends SplitName>(
  split: S,
  greys: readonly number[],
  labels: readonly number[],
): LabelledImages<S> {
  return {
    split,
    count: greys.length,
    pixels: Uint8Array.from(greys.flatMap((grey) => [grey, grey, grey, grey])),
    maxValue: 255,
    labels: Int32Array.from(labels),
    sources: greys.map((_, index) => ({ split, index })),
  };
}

const dataset: Dataset = {
  name: 'toy',
  path: '/toy.npz',
  format: 'npz',
  sha256: '',
  task: 'binary-class',
  classNames: ['sick', 'healthy'],
  channels: 1,
  imageSize: 2,
  train: splitOf('train', [1, 2, 1, 1, 3], [0, 1, 1, 1, 1]),
  val: splitOf('val', [4, 5], [0, 1]),
  test: splitOf('test', [2, 1, 1, 4], [0, 0, 0, 1]),
  skippedFiles: [
    { file: 'a.txt', reason: 'not an image file' },
    { file: 'b.txt', reason: 'not an image file' },
  ],
  splitSource: 'given',
};

test('groups equal images within and across splits', () => {
  const groups = findDuplicates(dataset).map((group) => group.map(({ split, index }) => `${split} ${index}`));
  assert.deepEqual(groups, [
    ['train 0', 'train 2', 'train 3', 'test 1', 'test 2'],
    ['train 1', 'test 0'],
    ['val 0', 'test 3'],
  ]);
  assert.deepEqual(summarizeDuplicates(findDuplicates(dataset)), {
    groups: 3,
    surplusCopies: 6,
    crossSplit: [
      { splits: ['train', 'test'], images: 3 },
      { splits: ['val', 'test'], images: 1 },
    ],
  });
});

test('the summary counts classes and states the majority rate of each split', () => {
  const summary = summarizeDataset(dataset);
  assert.deepEqual(summary.splits, [
    { split: 'train', count: 5, classCounts: [1, 4], majorityRate: 0.8 },
    { split: 'val', count: 2, classCounts: [1, 1], majorityRate: 0.5 },
    { split: 'test', count: 4, classCounts: [3, 1], majorityRate: 0.75 },
  ]);
});

test('multi-label: positives of each label, mean accuracy of the more common answer', () => {
  const train = { ...splitOf('train', [1, 2, 3, 4], []), labels: Int32Array.of(1, 0, 1, 0, 1, 0, 0, 1) };
  const [split] = summarizeDataset({ ...dataset, task: 'multi-label', train }).splits;
  assert.deepEqual(split, { split: 'train', count: 4, classCounts: [3, 1], majorityRate: 0.75 });
});

for (const [flag, expected] of [
  ['breastmnist', { groups: 1, surplusCopies: 1, crossSplit: [{ splits: ['train', 'test'], images: 1 }] }],
  [
    'pneumoniamnist',
    { groups: 27, surplusCopies: 29, crossSplit: [{ splits: ['train', 'val'], images: 8 }] },
  ],
] as const) {
  const file = `medmnist/${flag}.npz`;
  test(`known duplicates of ${flag}`, { skip: skipWithout(file) }, async () => {
    const official = await openNpzDataset(path.join(SHARED_DATA, file), { seed: 1 });
    assert.deepEqual(summarizeDuplicates(findDuplicates(official)), expected);
  });
}
