import assert from 'node:assert/strict';
import path from 'node:path';
import { describe, test } from 'node:test';

import { isWithin, runFolderFor, runFoldersOf, runPatterns } from '../../../src/extension/runs/runFolders.ts';

const at = (...parts: string[]): string => path.resolve(path.sep, ...parts);
const setting = '.tsynd/runs';

describe('runFoldersOf', () => {
  test('is one a workspace folder, each once', () => {
    const workspaceFolders = [at('a'), at('b'), at('a')];
    assert.deepEqual(runFoldersOf({ workspaceFolders, setting }), [
      at('a', '.tsynd', 'runs'),
      at('b', '.tsynd', 'runs'),
    ]);
    assert.deepEqual(runFoldersOf({ workspaceFolders: [], setting }), []);
  });

  test('is the one folder that an absolute setting names', () => {
    assert.deepEqual(runFoldersOf({ workspaceFolders: [at('a'), at('b')], setting: at('big', 'runs') }), [
      at('big', 'runs'),
    ]);
  });
});

describe('runFolderFor', () => {
  const cases: readonly [string, readonly string[], string, string][] = [
    ['the workspace folder with the dataset', [at('a'), at('b')], at('b', 'data'), at('b', '.tsynd', 'runs')],
    ['the workspace folder that is the dataset', [at('a'), at('b')], at('b'), at('b', '.tsynd', 'runs')],
    ['the innermost of several', [at('a'), at('a', 'b')], at('a', 'b', 'c'), at('a', 'b', '.tsynd', 'runs')],
    ['the first one for data elsewhere', [at('a'), at('b')], at('c', 'data'), at('a', '.tsynd', 'runs')],
    ['not one that only begins alike', [at('x'), at('data')], at('data2', 'd'), at('x', '.tsynd', 'runs')],
    ['beside the dataset without any', [], at('c', 'x.npz'), at('c', '.tsynd', 'runs')],
  ];
  for (const [name, workspaceFolders, dataset, expected] of cases) {
    test(`is ${name}`, () => {
      assert.equal(runFolderFor(dataset, { workspaceFolders, setting }), expected);
    });
  }

  test('is the absolute setting, wherever the dataset lies', () => {
    const options = { workspaceFolders: [at('a')], setting: at('big') };
    assert.equal(runFolderFor(at('a', 'data'), options), at('big'));
  });
});

test('a name that begins with two dots is no way out', () => {
  assert.ok(isWithin(at('a', '..b'), at('a')));
  assert.ok(!isWithin(at('b'), at('a')));
  assert.ok(!isWithin(at(), at('a')));
});

describe('runPatterns', () => {
  test('names the files of runs, and all folders whose deletion takes runs along', () => {
    assert.deepEqual(runPatterns(path.join('.tsynd', 'runs')), {
      files:
        '{.tsynd/runs/*/run.json,.tsynd/runs/*/run.lock,.tsynd/runs/*/metrics.jsonl,.tsynd/runs/*/samples.jsonl}',
      folders: '{.tsynd,.tsynd/runs,.tsynd/runs/*}',
    });
  });

  test('is relative to the folder itself where that is watched', () => {
    assert.deepEqual(runPatterns(''), {
      files: '{*/run.json,*/run.lock,*/metrics.jsonl,*/samples.jsonl}',
      folders: '*',
    });
  });

  test('takes no name for a rule', () => {
    assert.equal(runPatterns('runs {a,b} [1]*').folders, '{runs ?a?b? ?1??,runs ?a?b? ?1??/*}');
  });
});
