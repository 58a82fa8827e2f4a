import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import {
  describeCell,
  describeCount,
  describeSeeds,
  titleOfImage,
} from '../../../webview/report/confusedWords.ts';
import { describeProgress, describeRest } from '../../../webview/report/progressWords.ts';
import type { SelectedCell } from '../../../webview/report/reportModel.ts';
import { exampleReport } from './exampleReport.ts';

function selected(finished: number, predicted: number): SelectedCell {
  const row = exampleReport({ finished }).rows[1];
  const place = { row: 1, truth: 0, predicted };
  const confused = row.confusion.find((cell) => cell.truth === 0 && cell.predicted === predicted);
  assert.ok(confused);
  return { place, row, confused, truthName: 'benign', predictedName: ['benign', 'malignant'][predicted] };
}

describe('a cell of a confusion matrix in words', () => {
  test('says what was taken for what, and how often', () => {
    assert.equal(describeCell(selected(3, 1)), 'benign taken for malignant');
    assert.equal(describeCell(selected(3, 0)), 'benign, recognised');
    assert.equal(describeCount(selected(3, 1)), '4 predictions over 3 seeds');
    assert.equal(describeCount(selected(1, 0)), '7 images');
  });

  test('says where not all images are shown', () => {
    const cell = selected(3, 1);
    const few = { ...cell, confused: { ...cell.confused, count: 500 } };
    assert.equal(describeCount(few), '500 predictions over 3 seeds, the first ones shown');
  });

  test('names images by their files, or by their positions, and the seeds that agree', () => {
    const cell = selected(3, 1);
    const [first, second] = cell.confused.images;
    assert.equal(titleOfImage(first), 'scan-7.png');
    assert.equal(titleOfImage({ index: 12, seeds: [0] }), 'test 12');
    assert.equal(describeSeeds(first, cell), '3 of 3 seeds');
    assert.equal(describeSeeds(second, cell), '1 of 3 seeds');
    assert.equal(describeSeeds({ index: 12, seeds: [0] }, selected(1, 0)), 'seed 0');
  });
});

describe('how far the experiment is', () => {
  test('says what is known', () => {
    const progress = { state: 'running', done: 3, total: 18, cell: 'mi-1', stage: 'classifier' } as const;
    assert.equal(describeProgress({ state: 'running', done: 0, total: 0 }), 'Checking the experiment');
    assert.equal(
      describeProgress({ ...progress, share: 0.5, secondsLeft: 31 }),
      '3 of 18 cells · mi-1 · classifier 50 % · 35 s left',
    );
    assert.match(describeProgress({ ...progress, state: 'stopping' }), /^Stopping after this step · 3 of 18/);
    assert.match(describeProgress({ state: 'queued', done: 0, total: 0 }), /^Queued: starts when/);
  });

  test('says what is left when nothing runs, and why it cannot go on', () => {
    assert.equal(describeRest(18, 18, true), 'All 18 cells are finished');
    assert.equal(describeRest(3, 18, true), '3 of 18 cells finished');
    assert.match(describeRest(3, 18, false), /Trust this workspace/);
  });
});
