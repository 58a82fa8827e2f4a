import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import type { RunSummary } from '../../../src/protocol/runSummary.ts';
import { listProbabilities } from '../../../webview/gallery/classProbabilities.ts';
import { CurationColumn } from '../../../webview/gallery/curationColumn.ts';
import { describeRecord } from '../../../webview/gallery/recordFields.ts';
import { describeEmptyRun, describePartialRun } from '../../../webview/gallery/runState.ts';
import { tileContent } from '../../../webview/gallery/tileContent.ts';
import { EXAMPLE_SAMPLE } from '../../runs/exampleRecords.ts';
import { snapshotOf, tableOf } from './tables.ts';

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
    probsAfter: [0.1, 0.2, 0.05, 0.65],
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
  const curation = new CurationColumn(new Map(table.ids.map((id, row) => [id, row])), {
    decisions: { s0: 'rejected' },
    canUndo: false,
    canRedo: false,
  });
  const run = { snapshot: snapshotOf(table), table, rowOfId: new Map<string, number>(), curation };
  const state = { isSelected: false, isCursor: false };
  assert.equal(
    tileContent(run, 0, state).label,
    'Sample s0, malignant, mutual information 0.0061 to 0.0221 nats, rejected, Predicted benign, labelled malignant',
  );
  assert.equal(tileContent(run, 1, state).differs, undefined);
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
