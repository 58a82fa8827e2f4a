import assert from 'node:assert/strict';
import path from 'node:path';
import { describe, test } from 'node:test';

import { isWithin, runFolderFor, runFoldersOf, runPatterns } from '../../../src/extension/runs/runFolders.ts';

const at = (...parts: string[]): string => path.resolve(path.sep, ...parts);
const setting = '.tsynd/runs';

/** Folders that all have the same setting. */
const alike = (...folders: readonly string[]) => ({
  workspaceFolders: folders.map((folder) => ({ folder, setting })),
  setting,
});

describe('runFoldersOf', () => {
  test('is one a workspace folder, each once', () => {
    assert.deepEqual(runFoldersOf(alike(at('a'), at('b'), at('a'))), [
      at('a', '.tsynd', 'runs'),
      at('b', '.tsynd', 'runs'),
    ]);
    assert.deepEqual(runFoldersOf(alike()), []);
  });

  test('is the one folder that an absolute setting names, also while no folder is open', () => {
    const big = at('big', 'runs');
    const workspaceFolders = [at('a'), at('b')].map((folder) => ({ folder, setting: big }));
    assert.deepEqual(runFoldersOf({ workspaceFolders, setting: big }), [big]);
    assert.deepEqual(runFoldersOf({ workspaceFolders: [], setting: big }), [big]);
  });

  test('follows the settings of each workspace folder', () => {
    const workspaceFolders = [
      { folder: at('a'), setting: 'out' },
      { folder: at('b'), setting: at('big') },
    ];
    assert.deepEqual(runFoldersOf({ workspaceFolders, setting }), [at('a', 'out'), at('big')]);
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
  for (const [name, folders, dataset, expected] of cases) {
    test(`is ${name}`, () => {
      assert.equal(runFolderFor(dataset, alike(...folders)), expected);
    });
  }

  test('is where the settings of the folder say, or those of the window while no folder is open', () => {
    const workspaceFolders = [
      { folder: at('a'), setting: at('big') },
      { folder: at('b'), setting: 'out' },
    ];
    const options = { workspaceFolders, setting: at('other') };
    assert.equal(runFolderFor(at('a', 'data'), options), at('big'));
    assert.equal(runFolderFor(at('b', 'data'), options), at('b', 'out'));
    assert.equal(runFolderFor(at('c'), { ...options, workspaceFolders: [] }), at('other'));
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
