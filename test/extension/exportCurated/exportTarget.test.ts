import assert from 'node:assert/strict';
import path from 'node:path';
import { describe, test } from 'node:test';
import { exportFormats } from '../../../src/extension/exportCurated/exportFormats.ts';
import { exportMessage } from '../../../src/extension/exportCurated/exportMessage.ts';
import {
  defaultTarget,
  targetProblem,
  withExtension,
} from '../../../src/extension/exportCurated/exportTarget.ts';
import { EXPORT_FORMATS } from '../../../src/protocol/libraryApi.ts';
import type { RunDataset } from '../../../src/protocol/runSummary.ts';

const at = (file: string): string => path.resolve(file);
const RUN = at('/data/.tsynd/runs/one');
const nothing = (): boolean => false;

const DATASET: RunDataset = {
  name: 'breast',
  path: at('/data/data/breast'),
  format: 'folder',
  task: 'binary-class',
  classNames: ['benign', 'malignant'],
  channels: 1,
  imageSize: 28,
  sha256: 'a'.repeat(64),
};

describe('where an export goes', () => {
  const place = { format: 'folder', run: RUN, dataset: DATASET, workspaceFolder: at('/data') } as const;

  test('is beside a dataset inside the workspace', () => {
    assert.equal(defaultTarget(place, nothing), at('/data/data/breast-curated'));
  });

  test('is beside the workspace where that is the dataset, or holds it not', () => {
    const opened = { ...place, workspaceFolder: DATASET.path };
    assert.equal(defaultTarget(opened, nothing), at('/data/data/breast-curated'));
    const elsewhere = { ...place, dataset: { ...DATASET, path: at('/archive/breast.npz') } };
    assert.equal(defaultTarget(elsewhere, nothing), at('/breast-curated'));
  });

  test('is beside the dataset, or the run, where no workspace holds the run', () => {
    const alone = { ...place, workspaceFolder: undefined };
    assert.equal(defaultTarget(alone, nothing), at('/data/data/breast-curated'));
    assert.equal(
      defaultTarget({ ...alone, dataset: undefined }, nothing),
      at('/data/.tsynd/runs/one-curated'),
    );
  });

  test('has a free name with the ending of its format', () => {
    const taken = new Set([at('/data/data/breast-curated.npz'), at('/data/data/breast-curated-2.npz')]);
    const target = defaultTarget({ ...place, format: 'npz' }, (file) => taken.has(file));
    assert.equal(target, at('/data/data/breast-curated-3.npz'));
    assert.equal(withExtension('/a/b', 'npz'), '/a/b.npz');
    assert.equal(withExtension('/a/b.NPZ', 'npz'), '/a/b.NPZ');
    assert.equal(withExtension('/a/b', 'csv'), '/a/b');
  });
});

describe('a place that was chosen', () => {
  const problemOf = (target: string, isTaken = nothing): string | undefined =>
    targetProblem(at(target), { run: RUN, dataset: DATASET }, isTaken);

  test('may be anything that is free, also a name that begins like the dataset', () => {
    assert.equal(problemOf('/data/data/breast-curated'), undefined);
    assert.equal(problemOf('/elsewhere/set'), undefined);
  });

  test('may not be taken, and not lie in the dataset or the run', () => {
    assert.match(problemOf('/data/data/x', () => true) ?? '', /^There is something called x there already\./);
    assert.match(problemOf('/data/data/breast/x') ?? '', /^x would lie inside the dataset/);
    assert.match(problemOf('/data/.tsynd/runs/one/x') ?? '', /^x would lie inside the run/);
  });
});

describe('the formats', () => {
  test('are all of them, each with a sentence', () => {
    const formats = exportFormats(DATASET);
    assert.deepEqual(
      formats.map(({ format }) => format),
      EXPORT_FORMATS,
    );
    for (const { detail } of formats) assert.match(detail, /^[A-Z].*\.$/);
  });

  test('are those that can hold several labels an image', () => {
    const formats = exportFormats({ ...DATASET, task: 'multi-label' });
    assert.deepEqual(
      formats.map(({ format }) => format),
      ['npz'],
    );
  });
});

describe('the message after an export', () => {
  test('counts what was written', () => {
    const real = { train: 1546, val: 78, test: 156 };
    assert.equal(
      exportMessage({ dataset: '/x', synthetic: 35, real }, 'breast-curated'),
      'Exported 35 synthetic and 1,546 real training images, 78 for validation and 156 for test, to breast-curated.',
    );
    assert.equal(
      exportMessage({ dataset: '/x', synthetic: 1, real: { train: 0, val: 0, test: 0 } }, 'x'),
      'Exported 1 synthetic training image to x.',
    );
  });
});
