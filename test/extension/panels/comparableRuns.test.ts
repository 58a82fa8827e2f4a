import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  comparableRuns,
  isFinished,
  orderPair,
  partnersOf,
  requireComparable,
} from '../../../src/extension/panels/comparableRuns.ts';
import { compareTitle } from '../../../src/extension/panels/compareTitle.ts';
import { filesToCompare } from '../../../src/extension/panels/filesToCompare.ts';
import { makeSettings } from '../../../src/protocol/generateChoices.ts';
import type { RunSummary } from '../../../src/protocol/runSummary.ts';
import type { GenerateSettings } from '../../../src/protocol/settings.ts';

function run(id: string, method: GenerateSettings['method'], change: Partial<RunSummary> = {}): RunSummary {
  return {
    folder: `/data/.tsynd/runs/${id}`,
    id,
    status: 'finished',
    isElsewhere: false,
    samples: 0,
    settings: makeSettings({ method, preset: 'quick', seed: 0, fraction: 1 }),
    dataset: datasetOf('a'),
    ...change,
  };
}

function datasetOf(letter: string, classNames = ['benign', 'malignant']): NonNullable<RunSummary['dataset']> {
  return {
    name: `breast-${letter}`,
    path: `/data/${letter}`,
    format: 'folder',
    task: 'binary-class',
    classNames,
    channels: 1,
    imageSize: 28,
    sha256: letter.repeat(64),
  };
}

const BASELINE = run('base', 'baseline');
const OLDER = run('older', 'baseline');
const MI = run('mi', 'mi');
const NOISE = run('noise', 'noise');
const STRANGER = run('stranger', 'mi', { dataset: datasetOf('b') });
const STOPPED = run('stopped', 'mi', { status: 'stopped' });

const idsOf = (runs: readonly RunSummary[]): string[] => runs.map(({ id }) => id);

function finished(summary: RunSummary) {
  assert.ok(isFinished(summary));
  return summary;
}

describe('runs to compare', () => {
  test('are finished and have another one of their dataset; the baseline is offered first', () => {
    const all = [NOISE, MI, STOPPED, STRANGER, BASELINE];
    assert.deepEqual(idsOf(comparableRuns(all)), ['base', 'mi', 'noise']);
    assert.deepEqual(comparableRuns([BASELINE, STRANGER, STOPPED]), []);
    assert.deepEqual(comparableRuns([run('other', 'mi', { dataset: datasetOf('a', ['x', 'y']) }), MI]), []);
  });

  test('a baseline is compared with the paper’s method first, and the others with the baseline', () => {
    const all = [OLDER, NOISE, MI, BASELINE, STRANGER];
    assert.deepEqual(idsOf(partnersOf(finished(BASELINE), all)), ['mi', 'noise', 'older']);
    assert.deepEqual(idsOf(partnersOf(finished(NOISE), all)), ['older', 'base', 'mi']);
    assert.deepEqual(idsOf(partnersOf(finished(STRANGER), all)), []);
  });

  test('of two the baseline comes first, else the order stays', () => {
    assert.deepEqual(idsOf(orderPair(finished(MI), finished(BASELINE))), ['base', 'mi']);
    assert.deepEqual(idsOf(orderPair(finished(BASELINE), finished(MI))), ['base', 'mi']);
    assert.deepEqual(idsOf(orderPair(finished(NOISE), finished(MI))), ['noise', 'mi']);
  });

  test('two that cannot be compared are refused with the reason', () => {
    assert.doesNotThrow(() => requireComparable(BASELINE, MI));
    assert.throws(() => requireComparable(BASELINE, STRANGER), {
      code: 'run/settings-differ',
      message: 'The runs base and stranger were made from different datasets.',
    });
    assert.throws(() => requireComparable(STOPPED, MI), {
      code: 'run/incomplete',
      message: 'Run stopped is not finished.',
    });
  });

  test('are named by their methods in the tab', () => {
    assert.equal(compareTitle([BASELINE, MI]), 'breast-a · baseline | mi');
  });
});

describe('files to compare on', () => {
  const file = (name: string, scheme = 'file') => ({
    scheme,
    path: `/data/${name}`,
    fsPath: `/data/${name}`,
  });

  test('are the selected images, where the one that was clicked is among them', () => {
    const [one, two, text] = [file('one.png'), file('two.jpg'), file('notes.txt')];
    assert.deepEqual(filesToCompare(one, [one, two, text]), ['/data/one.png', '/data/two.jpg']);
    assert.deepEqual(filesToCompare(file('three.png'), [one, two]), ['/data/three.png']);
    assert.deepEqual(filesToCompare(one, undefined), ['/data/one.png']);
  });

  test('are none for commands from elsewhere, other files and files that lie on no disk', () => {
    for (const argument of [
      undefined,
      '/data/run',
      { key: 'job-1' },
      file('a.txt'),
      file('a.png', 'vscode-vfs'),
    ]) {
      assert.deepEqual(filesToCompare(argument, undefined), []);
    }
  });
});
