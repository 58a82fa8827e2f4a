import assert from 'node:assert/strict';
import { test } from 'node:test';

import { byDataset } from '../../../src/extension/scores/byDataset.ts';
import { describeScores } from '../../../src/extension/scores/describeScores.ts';
import type { RunEntry } from '../../../src/extension/runs/runStore.ts';
import type { RunSummary } from '../../../src/protocol/runSummary.ts';

function entryOf(key: string, datasetPath: string | undefined): RunEntry {
  const summary: RunSummary = {
    ...{ folder: key, id: key, status: 'finished', isElsewhere: false, samples: 0 },
    ...(datasetPath !== undefined && {
      dataset: {
        ...{ name: 'a', path: datasetPath, format: 'npz', task: 'binary-class', sha256: '0'.repeat(64) },
        ...{ classNames: ['a', 'b'], channels: 1, imageSize: 28 },
      },
    }),
  };
  return { key, state: 'idle', summary };
}

test('runs of the dataset come first, and the others stay as they are', () => {
  const entries = [
    entryOf('newest', '/data/other.npz'),
    entryOf('second', '/data/breast.npz'),
    entryOf('third', undefined),
    entryOf('fourth', '/data/sub/../breast.npz'),
  ];
  assert.deepEqual(
    entries.toSorted(byDataset('/data/breast.npz')).map(({ key }) => key),
    ['second', 'fourth', 'newest', 'third'],
  );
});

test('scores are told by their dataset, how many there are, and when', () => {
  const described = describeScores({
    folder: '/runs/a/scores/b',
    run: '/runs/a',
    runId: 'a',
    scoredAt: '2026-01-31T12:00:00.000Z',
    dataset: {
      path: '/data/breast.npz',
      name: 'breast',
      sha256: '0'.repeat(64),
      classNames: ['a', 'b'],
      imageSize: 28,
      channels: 1,
    },
    splits: ['val', 'test'],
    images: 1780,
    numMcSamples: 20,
    maskSeed: 1,
    classifierSha256: '1'.repeat(64),
  });
  assert.deepEqual([described.label, described.description], ['breast', '1,780 images · val, test']);
  assert.match(described.detail, /^2026-\d\d-\d\d \d\d:\d\d · \/data\/breast\.npz$/);
});
