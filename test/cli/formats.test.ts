import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatDuration } from '../../src/cli/formatDuration.ts';
import { formatSummary } from '../../src/cli/formatSummary.ts';
import { formatPace } from '../../src/cli/formatPace.ts';
import { StagePace, type ProgressEvent } from '../../src/jobs/stagePace.ts';

test('a dataset as text', () => {
  const skipped = (file: string): { file: string; reason: string } => ({ file, reason: 'not an image file' });
  const lines = formatSummary({
    name: 'toy',
    path: '/data/toy',
    format: 'folder',
    task: 'binary-class',
    classNames: ['sick', 'healthy'],
    channels: 1,
    imageSize: 28,
    bitDepth: 8,
    splitSource: 'drawn',
    splits: [
      { split: 'train', count: 5, classCounts: [1, 4], majorityRate: 0.8 },
      { split: 'val', count: 2, classCounts: [1, 1], majorityRate: 0.5 },
      { split: 'test', count: 4, classCounts: [3, 1], majorityRate: 0.75 },
    ],
    duplicates: {
      groups: 3,
      surplusCopies: 1,
      crossSplit: [
        { splits: ['train', 'test'], images: 3 },
        { splits: ['val', 'test'], images: 1 },
      ],
    },
    skippedFiles: ['a.txt', 'b.txt', 'c.txt', 'd.txt', 'e.txt', 'f.txt'].map(skipped),
  });
  assert.deepEqual(lines, [
    'toy: binary-class, 28 x 28 grey, 8 bits, splits drawn',
    '                 train    val   test',
    '  sick               1      1      3',
    '  healthy            4      1      1',
    '  images             5      2      4',
    '  majority rate  0.800  0.500  0.750',
    'Exact duplicates: 3 groups, 1 surplus copy.',
    '  3 test images are also in train.',
    '  1 test image is also in val.',
    'Left out: 6 files (not an image file): a.txt, b.txt, c.txt, d.txt, e.txt, and 1 more.',
  ]);
});

test('durations', () => {
  const cases: [number, string][] = [
    [0.04, '0.0 s'],
    [9.9, '9.9 s'],
    [9.97, '10 s'],
    [59.4, '59 s'],
    [59.6, '1 min 00 s'],
    [185, '3 min 05 s'],
    [3599.7, '1 h 00 min'],
    [7830, '2 h 10 min'],
  ];
  for (const [seconds, expected] of cases) assert.equal(formatDuration(seconds), expected);
});

test('the pace of a resumed stage counts from where it went on', () => {
  const at = (done: number): ProgressEvent => ({
    type: 'progress',
    stage: 'autoencoder',
    done,
    total: 900,
    unit: 'steps',
  });
  const pace = new StagePace(at(400), 1000);
  const described = (done: number, now: number): string => formatPace(pace.measure(at(done), now), at(done));
  assert.equal(described(400, 1000), '');
  assert.equal(described(500, 6000), '20 steps/s, 20 s left');
  assert.equal(described(401, 2000), '1.0 steps/s, 8 min 19 s left');
});
