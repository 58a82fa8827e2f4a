import assert from 'node:assert/strict';
import { test } from 'node:test';
import { classFolder } from '../../src/data/classFolder.ts';

test('a class has a folder that every file system takes', () => {
  const cases: readonly [string, string][] = [
    ['normal, benign', 'normal- benign'],
    ['grade 1.5', 'grade 1.5'],
    ['Drüsen', 'Drüsen'],
    ['../a\\b', '--a-b'],
    // Windows leaves out dots and spaces at the end.
    ['n.o.s. ', 'n.o.s'],
    // Windows takes these for devices.
    ['CON', '-CON'],
    ['nul.2', '-nul.2'],
    ['control', 'control'],
  ];
  for (const [name, folder] of cases) assert.equal(classFolder(name), folder);
});
