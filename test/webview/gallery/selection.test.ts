import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import {
  collapse,
  moveCursor,
  NO_SELECTION,
  restrict,
  select,
  selectAll,
  targetRows,
  type Move,
  type Selection,
} from '../../../webview/gallery/selection.ts';

/** Rows in a sorted order, so that positions and rows differ. */
const VIEW = [9, 7, 5, 3, 1, 8, 6, 4];
const at = (cursor: number): Selection => select(NO_SELECTION, VIEW, cursor, 'single');
const rowsOf = ({ rows }: Selection): number[] => [...rows].sort((a, b) => a - b);

describe('select', () => {
  test('takes one, adds and removes others, and keeps the cursor where it acted', () => {
    const both = select(at(7), VIEW, 1, 'toggle');
    assert.deepEqual(rowsOf(both), [1, 7]);
    assert.equal(both.cursor, 1);
    const one = select(both, VIEW, 7, 'toggle');
    assert.deepEqual(rowsOf(one), [1]);
    assert.equal(one.cursor, 7);
    assert.deepEqual(rowsOf(select(both, VIEW, 3, 'single')), [3]);
  });

  test('takes a range in the order of the view, from the same anchor each time', () => {
    const down = select(at(5), VIEW, 1, 'range');
    assert.deepEqual(rowsOf(down), [1, 3, 5]);
    const up = select(down, VIEW, 9, 'range');
    assert.deepEqual(rowsOf(up), [5, 7, 9]);
    assert.equal(up.anchor, 5);
    assert.equal(up.cursor, 9);
  });

  test('takes one where the anchor is not shown', () => {
    assert.deepEqual(rowsOf(select({ ...at(5), anchor: 100 }, VIEW, 3, 'range')), [3]);
  });
});

describe('moveCursor in three columns', () => {
  // 9 7 5
  // 3 1 8
  // 6 4
  const move = (cursor: number, to: Move, pageRows = 2): number | undefined =>
    moveCursor(at(cursor), VIEW, to, { columns: 3, pageRows });

  test('goes on to the next line at a line end and stops at the ends', () => {
    assert.equal(move(5, 'right'), 3);
    assert.equal(move(3, 'left'), 5);
    assert.equal(move(9, 'left'), 9);
    assert.equal(move(4, 'right'), 4);
  });

  test('keeps its column up and down, and finds the last one above a shorter line', () => {
    assert.equal(move(7, 'down'), 1);
    assert.equal(move(1, 'up'), 7);
    assert.equal(move(7, 'up'), 7);
    assert.equal(move(8, 'down'), 4);
    assert.equal(move(6, 'down'), 6);
  });

  test('goes by pages within its column, and to both ends', () => {
    assert.equal(move(7, 'pageDown'), 4);
    assert.equal(move(5, 'pageDown'), 8);
    assert.equal(move(8, 'pageDown', 1), 8);
    assert.equal(move(4, 'pageUp'), 7);
    assert.equal(move(1, 'pageUp', 5), 7);
    assert.equal(move(8, 'home'), 9);
    assert.equal(move(9, 'end'), 4);
  });

  test('enters a list that it was not in', () => {
    const grid = { columns: 3, pageRows: 2 };
    assert.equal(moveCursor(NO_SELECTION, VIEW, 'down', grid), 9);
    assert.equal(moveCursor(NO_SELECTION, VIEW, 'end', grid), 4);
    assert.equal(moveCursor(NO_SELECTION, [], 'down', grid), undefined);
  });
});

describe('restrict', () => {
  test('drops what is not shown any more', () => {
    const all = selectAll(at(5), VIEW);
    assert.deepEqual(rowsOf(restrict(all, VIEW, [7, 5])), [5, 7]);
  });

  test('sends the cursor to what came next, else to what came before, and selects it', () => {
    assert.equal(restrict(at(5), VIEW, [9, 1, 4]).cursor, 1);
    assert.deepEqual(rowsOf(restrict(at(5), VIEW, [9, 1, 4])), [1]);
    assert.equal(restrict(at(4), VIEW, [9, 1]).cursor, 1);
    assert.equal(restrict(at(5), VIEW, []).cursor, undefined);
  });

  test('selects nothing where nothing was selected', () => {
    const onlyCursor: Selection = { cursor: 5, anchor: 5, rows: new Set() };
    assert.deepEqual(restrict(onlyCursor, VIEW, [9]), { cursor: 9, anchor: 9, rows: new Set() });
  });
});

test('commands are about the selection in the order of the view, or about the cursor', () => {
  assert.deepEqual(targetRows(select(at(3), VIEW, 9, 'toggle'), VIEW), [9, 3]);
  assert.deepEqual(targetRows({ cursor: 5, anchor: 5, rows: new Set() }, VIEW), [5]);
  assert.deepEqual(targetRows(NO_SELECTION, VIEW), []);
  assert.deepEqual(rowsOf(collapse(selectAll(at(3), VIEW))), [3]);
});
