import assert from 'node:assert/strict';
import path from 'node:path';
import { describe, test } from 'node:test';

import {
  describeExperimentProgress,
  experimentPercent,
  presentExperiment,
} from '../../../src/extension/experiments/describeExperiment.ts';
import { experimentArgument } from '../../../src/extension/experiments/experimentArgument.ts';
import { experimentEndMessage } from '../../../src/extension/experiments/experimentEndMessage.ts';
import { experimentsBeside, folderOfFile } from '../../../src/extension/experiments/experimentFolders.ts';
import type {
  ExperimentEntry,
  ExperimentOutcome,
} from '../../../src/extension/experiments/experimentStore.ts';
import { parseSeeds, seedsProblem, seedsText } from '../../../src/extension/experiments/seeds.ts';
import { TsyndError } from '../../../src/protocol/errors.ts';

const FOLDER = path.resolve('/data/.tsynd/experiments/table1');
const SUMMARY = {
  folder: FOLDER,
  title: 'Table 1',
  createdAt: '2026-03-01T10:00:00.000Z',
  cells: 18,
  finished: 3,
};
const IDLE: ExperimentEntry = { folder: FOLDER, title: 'Table 1', state: 'idle', summary: SUMMARY };

describe('how far an experiment is', () => {
  test('says cells, what is under way and the time left, as far as they are known', () => {
    assert.equal(describeExperimentProgress({ done: 0, total: 0, warnings: [] }), 'checking the experiment');
    assert.equal(
      describeExperimentProgress({
        done: 3,
        total: 18,
        cell: 'mi-1',
        stage: 'classifier',
        share: 0.439,
        secondsLeft: 130,
        warnings: [],
      }),
      '3 of 18 cells · mi-1 · classifier 43 % · 2 min left',
    );
  });

  test('the bar knows nothing before the grid is known, and never passes its end', () => {
    assert.equal(experimentPercent({ done: 0, total: 0, warnings: [] }), 0);
    assert.equal(experimentPercent({ done: 9, total: 18, warnings: [] }), 50);
    assert.equal(experimentPercent({ done: 19, total: 18, warnings: [] }), 100);
  });

  test('a line of the tree says its state in its icon, its menu and its words', () => {
    const contextOf = (entry: ExperimentEntry): string => presentExperiment(entry, false).contextValue;
    assert.equal(contextOf(IDLE), 'experiment.unfinished');
    assert.equal(contextOf({ ...IDLE, summary: { ...SUMMARY, finished: 18 } }), 'experiment.finished');
    assert.equal(contextOf({ ...IDLE, state: 'queued' }), 'experiment.queued');
    assert.match(presentExperiment(IDLE, false).description, /^3 of 18 cells · 2026-03-01/);
    assert.equal(
      presentExperiment({ ...IDLE, state: 'queued', ahead: 2 }, false).description,
      'queued · 2 ahead',
    );
    assert.match(
      presentExperiment({ ...IDLE, state: 'queued' }, true).description,
      /waits for the compute process/,
    );
    const stopping: ExperimentEntry = { ...IDLE, state: 'running', isStopping: true };
    assert.match(
      presentExperiment(stopping, false).accessibleLabel,
      /^Table 1: running, stopping after this step/,
    );
  });
});

describe('the end of an experiment', () => {
  const messageOf = (outcome: ExperimentOutcome, entry = IDLE, isHeld = false) =>
    experimentEndMessage(
      { job: { folder: FOLDER, file: `${FOLDER}.yaml`, title: 'Table 1', device: 'cpu' }, entry, outcome },
      isHeld,
    );

  test('failed cells are not called a success', () => {
    const result = { folder: FOLDER, finished: 17, failed: 1 };
    const message = messageOf({ kind: 'finished', result });
    assert.equal(message?.severity, 'error');
    assert.match(message.text, /17 cells finished and 1 failed/);
    assert.equal(messageOf({ kind: 'finished', result: { ...result, failed: 0 } })?.severity, 'info');
  });

  test('a file that is wrong is opened; what was begun is gone on with', () => {
    const error = new TsyndError('settings/invalid', 'Unknown key "arm".', {
      remedy: 'Did you mean "arms"?',
    });
    const notBegun: ExperimentEntry = { ...IDLE, summary: undefined };
    const message = messageOf({ kind: 'failed', error }, notBegun);
    assert.match(message?.text ?? '', /Unknown key "arm"\. Did you mean "arms"\?/);
    assert.deepEqual(message?.actions, ['openFile', 'showLog']);
    assert.deepEqual(messageOf({ kind: 'failed', error })?.actions, ['continue', 'showLog']);
  });

  test('after a crash it can be gone on with, unless the process is given up', () => {
    const error = new TsyndError('process/exited', 'The compute process was killed.');
    assert.deepEqual(messageOf({ kind: 'crashed', error })?.actions, ['continue', 'showLog']);
    assert.deepEqual(messageOf({ kind: 'crashed', error }, IDLE, true)?.actions, ['restart', 'showLog']);
  });

  test('what was taken out of the queue needs no word', () => {
    assert.equal(messageOf({ kind: 'removed' }), undefined);
  });
});

describe('places of experiments', () => {
  test('they lie beside the runs, and a file has a folder of its name', () => {
    const folder = experimentsBeside(path.resolve('/data/.tsynd/runs'));
    assert.equal(folder, path.resolve('/data/.tsynd/experiments'));
    assert.equal(folderOfFile(folder, '/home/grids/table1.YAML'), path.join(folder, 'table1'));
  });

  test('a command takes a folder, its plan, a line of the tree, or nothing', () => {
    assert.equal(experimentArgument(FOLDER), FOLDER);
    assert.equal(experimentArgument({ fsPath: path.join(FOLDER, 'experiment.json') }), FOLDER);
    assert.equal(experimentArgument(IDLE), FOLDER);
    assert.equal(experimentArgument(undefined), undefined);
  });
});

describe('seeds', () => {
  test('are read as they are written', () => {
    assert.deepEqual(parseSeeds(' 0, 1;2 3 '), [0, 1, 2, 3]);
    assert.equal(seedsText(parseSeeds('4,5')), '4, 5');
  });

  test('what is no list of seeds is told', () => {
    assert.equal(seedsProblem('0, 1'), undefined);
    assert.match(seedsProblem('0, x') ?? '', /'x' is no seed/);
    assert.match(seedsProblem('-1') ?? '', /no seed/);
    assert.match(seedsProblem('4294967296') ?? '', /no seed/);
    assert.match(seedsProblem(' ') ?? '', /At least one/);
    assert.match(seedsProblem('1, 01') ?? '', /1 stands there twice/);
  });
});
