import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { matchLabels } from '../../../src/jobs/trainingSet/matchClasses.ts';
import type { RawPool } from '../../../src/jobs/trainingSet/rawPool.ts';
import { assertFails } from '../../data/helpers.ts';

const BREAST = { name: 'breast', task: 'binary-class', classNames: ['malignant', 'normal, benign'] } as const;
const CHEST = { name: 'chest', task: 'multi-label', classNames: ['mass', 'edema', 'hernia'] } as const;
const PLACE = '/data/pool';

function poolOf(classNames: readonly string[], labels: readonly number[], count = labels.length): RawPool {
  return {
    count,
    pixels: new Uint8Array(count),
    maxValue: 255,
    labels: Int32Array.from(labels),
    channels: 1,
    resized: 0,
    classNames,
    origins: [],
    warnings: [],
  };
}

describe('classes of a pool', () => {
  const cases: [string, string[], number[], number[]][] = [
    ['in another order', ['normal, benign', 'malignant'], [0, 1], [1, 0]],
    ['in another case, with spaces', [' Malignant ', 'NORMAL, BENIGN'], [0, 1, 1], [0, 1, 1]],
    ['as names of folders', ['malignant', 'normal- benign'], [1, 0], [1, 0]],
    ['as numbers, where it has numbers only', ['0', '1'], [1, 0, 1], [1, 0, 1]],
    ['as some of the numbers', ['1'], [0, 0], [1, 1]],
    ['whatever those without an image are called', ['malignant', 'odd'], [0, 0], [0, 0]],
  ];
  for (const [what, names, labels, expected] of cases) {
    test(`are matched ${what}`, () => {
      assert.deepEqual([...matchLabels(poolOf(names, labels), BREAST, PLACE)], expected);
    });
  }

  test('that are numbers are names where the dataset has such names', () => {
    const dataset = { name: 'grades', task: 'ordinal-regression', classNames: ['2', '1', '0'] } as const;
    assert.deepEqual([...matchLabels(poolOf(['0', '2'], [0, 1]), dataset, PLACE)], [2, 0]);
  });

  test('that the dataset lacks are listed with those that it has', async () => {
    await assertFails(
      () => matchLabels(poolOf(['malignant', 'cyst', 'lymph'], [0, 1, 2]), BREAST, PLACE),
      'settings/invalid',
      /\/data\/pool has classes that breast lacks: 'cyst', 'lymph'\./,
      /'malignant', 'normal, benign'/,
    );
    await assertFails(
      () => matchLabels(poolOf(['0', '1', '2'], [0, 1, 2]), BREAST, PLACE),
      'settings/invalid',
      /has a class that breast lacks: '2'/,
    );
  });

  test('and several labels do not go together', async () => {
    await assertFails(
      () => matchLabels(poolOf(['mass', 'edema'], [1, 0, 0, 1], 2), BREAST, PLACE),
      'settings/invalid',
      /several labels each/,
    );
  });
});

describe('several labels of a pool', () => {
  test('are put into the order of the dataset', () => {
    const pool = poolOf(['hernia', 'mass', 'edema'], [1, 0, 0, 0, 1, 1], 2);
    assert.deepEqual([...matchLabels(pool, CHEST, PLACE)], [0, 0, 1, 1, 1, 0]);
  });

  test('must all be there', async () => {
    await assertFails(
      () => matchLabels(poolOf(['hernia', 'mass'], [1, 0], 1), CHEST, PLACE),
      'settings/invalid',
      /does not say whether 'edema' is there/,
    );
  });

  test('are read from the names of folders', () => {
    const pool = poolOf(['mass+hernia', 'none', 'Edema'], [0, 1, 2]);
    assert.deepEqual([...matchLabels(pool, CHEST, PLACE)], [1, 0, 1, 0, 0, 0, 0, 1, 0]);
  });
});
