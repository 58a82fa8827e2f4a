import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import {
  blockingProblem,
  countOf,
  datasetReport,
  datasetWarnings,
  duplicatesLine,
  listOf,
  splitLine,
  summaryLine,
} from '../../../src/extension/generate/datasetReport.ts';
import { exampleSummary } from './exampleSummary.ts';

describe('datasetReport', () => {
  test('says what a plain dataset holds, in aligned columns', () => {
    assert.equal(
      datasetReport(exampleSummary()),
      [
        'phantoms',
        '',
        'Path     /data/phantoms.npz',
        'Format   NumPy archive (.npz)',
        'Task     binary-class',
        'Images   28 x 28 px, grey, 8 bits',
        'Splits   given by the dataset',
        '',
        'Class        train      val     test     all',
        'benign       1,000        6       12   1,018',
        'malignant       40        2        4      46',
        'images       1,040        8       16   1,064',
        'majority    96.2 %   75.0 %   75.0 %',
        '',
        'Duplicates',
        '  No two images are equal.',
        '',
        'Files left out',
        '  None.',
        '',
      ].join('\n'),
    );
  });

  test('names every file that is left out, and everything to mind', () => {
    const report = datasetReport(
      exampleSummary({
        format: 'folder',
        splitSource: 'drawn',
        imageSize: 30,
        duplicates: {
          groups: 2,
          surplusCopies: 3,
          crossSplit: [{ splits: ['train', 'test'], images: 1 }],
        },
        skippedFiles: [
          { file: 'benign/a.png', reason: 'not a picture' },
          { file: 'malignant/long name.jpg', reason: 'truncated' },
        ],
      }),
    );
    const tail = report.slice(report.indexOf('Duplicates'));
    assert.equal(
      tail,
      [
        'Duplicates',
        '  2 groups of equal images, 3 surplus copies.',
        '',
        'Files left out',
        '  benign/a.png              not a picture',
        '  malignant/long name.jpg   truncated',
        '',
        'Warnings',
        '  The images have 30 px a side, which is not divisible by 4: choose an image size of 32 px, for example.',
        '  1 test image is also in train: scores on test may come out too good.',
        '',
      ].join('\n'),
    );
    assert.match(report, /Splits {3}drawn 70 : 10 : 20, stratified by class\n/);
  });
});

describe('lines', () => {
  test('a dataset in one line', () => {
    assert.equal(summaryLine(exampleSummary()), '1,064 images, 2 classes, 28 x 28 px, grey');
    assert.equal(
      summaryLine(exampleSummary({ channels: 3, classNames: ['one'] })),
      '1,064 images, 1 class, 28 x 28 px, RGB',
    );
    assert.equal(splitLine(exampleSummary()), 'train 1,040, val 8, test 16');
  });

  test('duplicates are told only where there are some', () => {
    assert.equal(duplicatesLine(exampleSummary()), undefined);
    const duplicates = { groups: 1, surplusCopies: 1, crossSplit: [] };
    assert.equal(duplicatesLine(exampleSummary({ duplicates })), '1 group of equal images, 1 surplus copy');
  });

  test('classes that a split lacks are a warning', () => {
    const [train, val, test] = exampleSummary().splits;
    const splits = [train, { ...val, classCounts: [8, 0], majorityRate: 1 }, test];
    assert.deepEqual(datasetWarnings(exampleSummary({ splits })), ['No val images of malignant.']);
    assert.deepEqual(datasetWarnings(exampleSummary()), []);
  });

  test('nothing blocks a usual size', () => {
    assert.equal(blockingProblem(exampleSummary()), undefined);
  });

  test('long lists are cut, and counts have their number', () => {
    assert.equal(listOf(['a', 'b', 'c'], 3), 'a, b, c');
    assert.equal(listOf(['a', 'b', 'c', 'd', 'e'], 3), 'a, b, c and 2 more');
    assert.equal(countOf(1, 'image'), '1 image');
    assert.equal(countOf(0, 'image'), '0 images');
    assert.equal(countOf(12_345, 'copy', 'copies'), '12,345 copies');
  });
});
