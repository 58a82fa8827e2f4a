import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { randomKey, uniforms } from '../../../src/engine/random.ts';
import {
  countActiveFilters,
  filterRows,
  FIRST_SORT,
  NO_FILTER,
  stateCode,
  viewSamples,
  type SampleSort,
} from '../../../webview/gallery/sampleView.ts';
import { tableOfSamples, tableOfScores } from '../../../webview/gallery/galleryTable.ts';
import { scoreTableOf, tableOf } from './tables.ts';

const ORIGINAL: SampleSort = { key: 'original', isDescending: false };
const undecided = (count: number): Uint8Array => new Uint8Array(count);

describe('viewSamples sorts', () => {
  const table = tableOf(
    {
      miBefore: [0.5, 0, 0, 0, 0.25],
      miAfter: [0.5, NaN, 0.25, 0.5, -0.125],
      entropyAfter: [3, 1, 2, 1, 5],
      latentDistance: [0, -0, 2, 0, 1],
    },
    5,
  );
  const sorted = (sort: SampleSort): number[] => [
    ...viewSamples(tableOfSamples(table), undecided(5), NO_FILTER, sort),
  ];

  test('by the original order, in both directions', () => {
    assert.deepEqual(sorted(ORIGINAL), [0, 1, 2, 3, 4]);
    assert.deepEqual(sorted({ ...ORIGINAL, isDescending: true }), [4, 3, 2, 1, 0]);
  });

  test('stably, with negative numbers first and NaN last in both directions', () => {
    assert.deepEqual(sorted({ key: 'miAfter', isDescending: false }), [4, 2, 0, 3, 1]);
    assert.deepEqual(sorted({ key: 'miAfter', isDescending: true }), [0, 3, 2, 4, 1]);
  });

  test('by the gain of mutual information', () => {
    assert.deepEqual(sorted({ key: 'miGain', isDescending: true }), [3, 2, 0, 4, 1]);
  });

  test('by entropy and by distance, where 0 and -0 are equal', () => {
    assert.deepEqual(sorted({ key: 'entropyAfter', isDescending: false }), [1, 3, 2, 0, 4]);
    assert.deepEqual(sorted({ key: 'latentDistance', isDescending: false }), [0, 1, 3, 4, 2]);
  });

  test('20,000 rows as a plain stable sort does', () => {
    const values = Array.from(
      uniforms(randomKey(7), 20_000),
      (value) => Math.round((value - 0.5) * 1000) / 7,
    );
    const large = tableOf({ miAfter: values }, values.length);
    for (const isDescending of [false, true]) {
      const expected = Array.from(values, (_, row) => row).sort((a, b) =>
        isDescending ? large.miAfter[b] - large.miAfter[a] : large.miAfter[a] - large.miAfter[b],
      );
      const rows = viewSamples(tableOfSamples(large), undecided(values.length), NO_FILTER, {
        key: 'miAfter',
        isDescending,
      });
      assert.deepEqual([...rows], expected);
    }
  });
});

describe('filterRows', () => {
  const table = tableOf(
    {
      labels: [0, 1, 2, 0],
      predictedLabels: [0, 0, 2, 1],
      miAfter: [0.1, 0.2, NaN, 0.3],
    },
    4,
  );
  const decisions = Uint8Array.from([0, stateCode('accepted'), stateCode('rejected'), stateCode('accepted')]);
  const rows = (filter: Partial<typeof NO_FILTER>): number[] => [
    ...filterRows(tableOfSamples(table), decisions, { ...NO_FILTER, ...filter }),
  ];

  test('leaves everything where nothing is asked', () => {
    assert.deepEqual(rows({}), [0, 1, 2, 3]);
  });

  test('takes any of several classes and any of several decisions', () => {
    assert.deepEqual(rows({ classes: [0, 2] }), [0, 2, 3]);
    assert.deepEqual(rows({ decisions: ['undecided', 'rejected'] }), [0, 2]);
  });

  test('takes a range with both its ends, as they are stored, and no NaN', () => {
    const [low, high] = [table.miAfter[0], table.miAfter[3]];
    assert.deepEqual(rows({ miRange: { min: low, max: high } }), [0, 1, 3]);
    assert.deepEqual(rows({ miRange: { min: low, max: 0.25 } }), [0, 1]);
  });

  test('takes where the prediction differs, and narrows by all parts together', () => {
    assert.deepEqual(rows({ differsOnly: true }), [1, 3]);
    assert.deepEqual(rows({ differsOnly: true, classes: [0], decisions: ['accepted'] }), [3]);
  });

  test('compares labels of several at once, of which one is enough for a class', () => {
    const multi = tableOf(
      {
        labels: [
          [1, 0],
          [1, 1],
          [0, 0],
        ],
        predictedLabels: [
          [1, 0],
          [0, 1],
          [0, 0],
        ],
      },
      3,
    );
    const filter = (part: Partial<typeof NO_FILTER>): number[] => [
      ...filterRows(tableOfSamples(multi), undecided(3), { ...NO_FILTER, ...part }),
    ];
    assert.deepEqual(filter({ classes: [0] }), [0, 1]);
    assert.deepEqual(filter({ classes: [1] }), [1]);
    assert.deepEqual(filter({ differsOnly: true }), [1]);
  });
});

describe('scores', () => {
  const table = tableOfScores(
    scoreTableOf(
      {
        labels: [0, 1, 0, 1],
        predictedLabels: [1, 1, 0, 0],
        splits: [0, 1, 2, 2],
        mi: [0.4, 0.1, 0.3, 0.2],
        entropy: [1, 4, 2, 3],
        loss: [2, 1, 3, 9],
        duplicates: [5, -1, 5, -1],
      },
      4,
    ),
  );
  const sorted = (sort: SampleSort): number[] => [...viewSamples(table, undecided(4), NO_FILTER, sort)];
  const rows = (filter: Partial<typeof NO_FILTER>): number[] => [
    ...filterRows(table, undecided(4), { ...NO_FILTER, ...filter }),
  ];

  test('are sorted by loss at first, the highest at the top', () => {
    assert.deepEqual(sorted(FIRST_SORT.scores), [3, 2, 0, 1]);
    assert.deepEqual(sorted({ key: 'mi', isDescending: true }), [0, 2, 3, 1]);
    assert.deepEqual(sorted({ key: 'entropy', isDescending: false }), [0, 2, 3, 1]);
    assert.deepEqual(sorted(ORIGINAL), [0, 1, 2, 3]);
  });

  test('are filtered by split, by copies, by MI and by where the prediction differs', () => {
    assert.deepEqual(rows({ splits: ['test', 'val'] }), [1, 2, 3]);
    assert.deepEqual(rows({ duplicatesOnly: true }), [0, 2]);
    assert.deepEqual(rows({ miRange: { min: 0.15, max: 0.35 } }), [2, 3]);
    assert.deepEqual(rows({ differsOnly: true, splits: ['test'] }), [3]);
  });
});

test('countActiveFilters counts parts, not values', () => {
  assert.equal(countActiveFilters(NO_FILTER), 0);
  assert.equal(
    countActiveFilters({
      classes: [0, 1],
      decisions: ['accepted'],
      splits: ['train', 'val'],
      miRange: { min: 0, max: 1 },
      differsOnly: true,
      duplicatesOnly: true,
    }),
    6,
  );
});
