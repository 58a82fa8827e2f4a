import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { readGridKey } from '../../../webview/gallery/gridKeys.ts';
import { layoutGrid, scrollToShow } from '../../../webview/gallery/gridLayout.ts';

describe('layoutGrid', () => {
  test('fills the width with as many columns as fit', () => {
    for (const width of [304, 900, 1600, 2000]) {
      const { columns, tileWidth } = layoutGrid(width, 20_000, 128, 1);
      const used = columns * tileWidth + (columns - 1) * 4;
      assert.ok(tileWidth >= 128 && used <= width - 16 && used > width - 16 - columns, `at ${width}`);
    }
    assert.equal(layoutGrid(304, 20_000, 128, 1).columns, 2);
  });

  test('makes room for pairs, and for one tile at least', () => {
    assert.equal(layoutGrid(900, 10, 160, 2).columns, 2);
    const narrow = layoutGrid(200, 10, 160, 2);
    assert.deepEqual([narrow.columns, narrow.lines, narrow.tileWidth], [1, 10, 184]);
    assert.equal(narrow.pictureHeight, 88);
  });

  test('counts an unfinished last line', () => {
    assert.equal(layoutGrid(900, 0, 160, 1).lines, 0);
    assert.equal(layoutGrid(900, 11, 160, 1).lines, 3);
  });
});

test('scrollToShow moves as little as it must', () => {
  const layout = layoutGrid(900, 100, 160, 1);
  const { lineHeight } = layout;
  assert.equal(scrollToShow(0, layout, 500, 700), 0);
  assert.equal(scrollToShow(2, layout, lineHeight, 2 * lineHeight + 100), lineHeight);
  const below = scrollToShow(9, layout, 0, 700);
  assert.ok(below < 9 * lineHeight && below + 700 >= 10 * lineHeight);
});

describe('readGridKey', () => {
  const press = (
    key: string,
    held: Partial<Record<'shiftKey' | 'ctrlKey' | 'metaKey' | 'altKey', true>> = {},
  ) => readGridKey({ key, shiftKey: false, ctrlKey: false, metaKey: false, altKey: false, ...held });

  test('knows where keys lead and what is held with them', () => {
    assert.deepEqual(press('ArrowDown'), { kind: 'move', move: 'down', mode: 'single' });
    assert.deepEqual(press('End', { shiftKey: true }), { kind: 'move', move: 'end', mode: 'range' });
    assert.deepEqual(press('ArrowLeft', { metaKey: true }), {
      kind: 'move',
      move: 'left',
      mode: 'cursorOnly',
    });
    assert.deepEqual(press(' ', { ctrlKey: true }), { kind: 'toggle' });
    assert.deepEqual(press('Enter'), { kind: 'open' });
    assert.deepEqual(press('Escape'), { kind: 'escape' });
  });

  test('leaves letters and digits to the editor', () => {
    for (const key of ['a', 'r', 'z', '1', '4', '/', 'Tab']) assert.equal(press(key), undefined);
    assert.equal(press('a', { ctrlKey: true }), undefined);
    assert.equal(press('ArrowDown', { altKey: true }), undefined);
  });
});
