import assert from 'node:assert/strict';
import { test } from 'node:test';

import { keepCharacters } from '../../../webview/shared/keepCharacters.ts';

function isKept(key: string, modifier?: 'ctrlKey' | 'metaKey'): boolean {
  let isStopped = false;
  keepCharacters({
    key,
    ctrlKey: modifier === 'ctrlKey',
    metaKey: modifier === 'metaKey',
    altKey: false,
    stopPropagation: () => (isStopped = true),
  });
  return isStopped;
}

test('a text field keeps characters to itself, and leaves commands and other keys to the editor', () => {
  for (const key of ['a', 'X', '1', '/', ' ', 'é']) assert.ok(isKept(key), key);
  for (const key of ['Escape', 'Enter', 'Tab', 'F1', 'ArrowLeft']) assert.ok(!isKept(key), key);
  assert.ok(!isKept('s', 'ctrlKey'));
  assert.ok(!isKept('p', 'metaKey'));
});
