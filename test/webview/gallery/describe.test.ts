import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import type { RunSummary } from '../../../src/protocol/runSummary.ts';
import { listProbabilities } from '../../../webview/gallery/classProbabilities.ts';
import { CurationColumn } from '../../../webview/gallery/curationColumn.ts';
import { loadedRun } from '../../../webview/gallery/loadedRun.ts';
import { describeRecord, describeScore } from '../../../webview/gallery/recordFields.ts';
import { describeEmptyRun, describePartialRun } from '../../../webview/gallery/runState.ts';
import { tileContent, type TileContent } from '../../../webview/gallery/tileContent.ts';
import { EXAMPLE_SAMPLE } from '../../runs/exampleRecords.ts';
import { scoresSnapshotOf, scoreTableOf, snapshotOf, tableOf } from './tables.ts';

describe('describeRecord', () => {
  test('shows every field of a record but the probabilities, which are bars', () => {
    const record = EXAMPLE_SAMPLE;
    const groups = describeRecord({ record }, ['malignant', 'benign']);
    const { parent, probsBefore, probsAfter, ...plain } = record;
    // One line more than there are fields: the gain.
    const expected = Object.keys(plain).length + Object.keys(parent).length + 1;
    assert.ok(probsBefore.length > 0 && probsAfter.length > 0);
    assert.equal(groups.flatMap(({ fields }) => fields).length, expected);
    assert.ok(!groups.some(({ title }) => title === 'Other'));
  });

  test('shows measures with their units and labels in words', () => {
    const record = {
      miBefore: 0.0061,
      miAfter: 0.0221,
      label: 1,
      predictedLabel: [1, 0],
      codesChanged: 0.25,
    };
    const fields = describeRecord({ record }, ['malignant', 'benign']).flatMap((group) => group.fields);
    assert.deepEqual(
      fields.map(({ name, value }) => [name, value]),
      [
        ['MI before', '0.0061 nats'],
        ['MI after', '0.0221 nats'],
        ['MI gain', '+0.0160 nats'],
        ['Label', 'benign'],
        ['Predicted', 'malignant'],
        ['Codes changed', '25.0\u202f%'],
      ],
    );
  });

  test('shows fields that it does not know as they stand in the file', () => {
    const groups = describeRecord({ record: { id: 's0', saliency: { file: 'a.npy' } } }, []);
    assert.deepEqual(groups.at(-1), {
      title: 'Other',
      fields: [{ name: 'saliency', value: '{"file":"a.npy"}', isCode: true }],
    });
  });
});

describe('listProbabilities', () => {
  const sample = {
    probsBefore: [0.1, 0.6, 0.05, 0.25],
    probs: [0.1, 0.2, 0.05, 0.65],
    label: 2,
    predicted: 3,
  };

  test('pairs before and after in the order of the dataset', () => {
    const [first, , third, fourth] = listProbabilities(sample, ['a', 'b', 'c'], Infinity);
    assert.deepEqual(first, { name: 'a', before: 0.1, after: 0.1, isLabel: false, isPredicted: false });
    assert.deepEqual([third.isLabel, third.isPredicted], [true, false]);
    assert.deepEqual([fourth.name, fourth.isPredicted], ['class 3', true]);
  });

  test('of many keeps the label, the prediction and the largest', () => {
    const names = listProbabilities(sample, ['a', 'b', 'c', 'd'], 3).map(({ name }) => name);
    assert.deepEqual(names, ['b', 'c', 'd']);
  });
});

describe('CurationColumn', () => {
  const rowOfId = new Map([
    ['s0', 0],
    ['s1', 1],
    ['s2', 2],
  ]);

  test('counts what was decided, also when a decision changes its mind', () => {
    const column = new CurationColumn(rowOfId, {
      decisions: { s0: 'accepted', later: 'rejected' },
      canUndo: true,
      canRedo: false,
    });
    const rows = column.apply({
      changed: [
        { id: 's2', decision: 'rejected' },
        { id: 's0', decision: 'rejected' },
        { id: 'later', decision: 'accepted' },
      ],
      canUndo: true,
      canRedo: true,
    });
    assert.deepEqual(rows, [0, 2]);
    assert.deepEqual(
      [column.count('undecided'), column.count('accepted'), column.count('rejected')],
      [1, 0, 2],
    );
    assert.equal(column.canRedo, true);
  });
});

test('a tile says to a screen reader what it shows by marks', () => {
  const table = tableOf(
    { labels: [0, 1], predictedLabels: [1, 1], miBefore: [0.0061], miAfter: [0.0221] },
    2,
  );
  const curation = { decisions: { s0: 'rejected' }, canUndo: false, canRedo: false } as const;
  const run = loadedRun(snapshotOf(table, { curation }), []);
  const state = { isSelected: false, isCursor: false };
  assert.equal(
    tileContent(run, 0, state).label,
    'Sample s0, malignant, mutual information 0.0061 to 0.0221 nats, rejected, Predicted benign, labelled malignant',
  );
  assert.equal(tileContent(run, 1, state).differs, undefined);
});

describe('the tile of a scored image', () => {
  const table = scoreTableOf(
    {
      labels: [0, 1, 0, 0],
      predictedLabels: [1, 1, 0, 0],
      splits: [2, 0, 0, 1],
      mi: [0.0123],
      loss: [7.76],
      duplicates: [0, 0, -1, 0],
    },
    4,
  );
  const run = loadedRun(scoresSnapshotOf(table), []);
  const tile = (row: number): TileContent => tileContent(run, row, { isSelected: false, isCursor: false });

  test('says its label, what is predicted instead, its numbers and its split', () => {
    const { name, numbers, badge, decision } = tile(0);
    assert.deepEqual(
      [name, numbers, badge, decision],
      ['malignant ≠ benign', 'MI 0.0123 · loss 7.76 nats', 'test', 'undecided'],
    );
    assert.deepEqual([tile(1).name, tile(1).badge, tile(1).differs], ['benign', 'train', undefined]);
  });

  test('says which images have the same pixels, and which of them are labelled otherwise', () => {
    assert.deepEqual(tile(0).copies, {
      text: 'Same pixels as i1 (benign), i3: labelled differently',
      hasOtherLabel: true,
    });
    assert.equal(tile(2).copies, undefined);
    assert.equal(
      tile(0).label,
      'Image i0, malignant, mutual information 0.0123 nats, loss 7.7600 nats, ' +
        'Predicted benign, labelled malignant, Same pixels as i1 (benign), i3: labelled differently',
    );
  });
});

test('the record of a score is told in words, with what a later version adds', () => {
  const record = { id: 'val-3', split: 'val', index: 3, label: 1, mi: 0.5, loss: 2, probs: [0, 1], extra: 7 };
  assert.deepEqual(describeScore({ record }, ['malignant', 'benign']), [
    {
      title: 'Scores',
      fields: [
        { name: 'MI', value: '0.5000 nats' },
        { name: 'Loss', value: '2.0000 nats' },
      ],
    },
    { title: 'Label', fields: [{ name: 'Label', value: 'benign' }] },
    {
      title: 'Origin',
      fields: [
        { name: 'Image', value: 'val-3', isCode: true },
        { name: 'Split', value: 'val' },
        { name: 'Position in the split', value: '3' },
      ],
    },
    { title: 'Other', fields: [{ name: 'extra', value: '7', isCode: true }] },
  ]);
});

test('a real image has one probability a class', () => {
  const [first] = listProbabilities({ probs: [0.25, 0.75], label: 0, predicted: 1 }, ['a', 'b'], 8);
  assert.deepEqual(first, { name: 'a', after: 0.25, isLabel: true, isPredicted: false });
});

describe('a run that is not finished', () => {
  const { run } = snapshotOf(tableOf({}, 0));
  const of = (change: Partial<RunSummary>): RunSummary => ({ ...run, ...change });

  test('says its stage while there are no samples, and that it can go on once it has stopped', () => {
    const running = describeEmptyRun(of({ status: 'running', stage: 'classifier' }));
    assert.equal(running.text.startsWith('Training the classifier, stage 2 of 3.'), true);
    assert.equal(running.canResume, false);
    const failed = describeEmptyRun(of({ status: 'failed', problem: 'The driver died.' }));
    assert.equal(failed.text.startsWith('The driver died.'), true);
    assert.equal(failed.canResume, true);
    assert.equal(describeEmptyRun(of({ status: 'unreadable', problem: 'Too new.' })).text, 'Too new.');
  });

  test('says how far it is beside what there is', () => {
    assert.equal(describePartialRun(of({ status: 'finished' }), 5), undefined);
    assert.equal(describePartialRun(of({ status: 'running' }), 5)?.isBusy, true);
    assert.equal(describePartialRun(of({ status: 'interrupted' }), 5)?.canResume, true);
  });
});
