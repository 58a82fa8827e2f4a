import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { TsyndError, type ErrorCode } from '../../../src/protocol/errors.ts';
import { endMessage, type EndMessage } from '../../../src/extension/runs/endMessage.ts';
import type { RunEntry, RunOutcome } from '../../../src/extension/runs/runStore.ts';
import { FOLDER, idleEntry, JOB, runningEntry } from './exampleEntries.ts';

const withoutFolder = runningEntry({ folder: undefined, stage: 'dataset' });

function messageOf(
  outcome: RunOutcome,
  entry: RunEntry = runningEntry(),
  isHeld = false,
): EndMessage | undefined {
  return endMessage({ key: 'job-1', entry, outcome }, isHeld);
}

function failure(code: ErrorCode): RunOutcome {
  return {
    kind: code === 'process/exited' ? 'crashed' : 'failed',
    error: new TsyndError(code, 'It did not work.', { remedy: 'Do this.' }),
  };
}

describe('endMessage', () => {
  test('of a finished run has its numbers and the way to the gallery', () => {
    const result = { folder: FOLDER, samples: 64, bestEpoch: 9, valAuroc: 0.9071 };
    assert.deepEqual(messageOf({ kind: 'finished', result }), {
      severity: 'info',
      text: 'breastmnist · mi is finished: 64 samples, validation AUC 0.907.',
      actions: ['openGallery'],
    });
  });

  test('of a finished run without samples opens no empty gallery', () => {
    const result = { folder: FOLDER, samples: 0, bestEpoch: 9 };
    assert.deepEqual(messageOf({ kind: 'finished', result }), {
      severity: 'info',
      text: 'breastmnist · mi is finished.',
      actions: ['reveal'],
    });
  });

  test('of a stopped run offers to go on with it, where there is something to go on with', () => {
    assert.deepEqual(messageOf({ kind: 'stopped' }), {
      severity: 'info',
      text: 'breastmnist · mi is stopped. It can be resumed where it was.',
      actions: ['resume'],
    });
    assert.deepEqual(messageOf({ kind: 'stopped' }, idleEntry())?.actions, ['resume', 'openGallery']);
    assert.deepEqual(messageOf({ kind: 'stopped' }, withoutFolder)?.actions, []);
  });

  test('of a crash says what is kept, and offers the restart when the process has been given up', () => {
    assert.deepEqual(messageOf(failure('process/exited')), {
      severity: 'error',
      text: 'breastmnist · mi was interrupted. It did not work. All up to its last checkpoint is kept.',
      actions: ['resume', 'showLog'],
    });
    const held = messageOf(failure('process/exited'), runningEntry(), true)!;
    assert.match(held.text, /It has crashed too often and stays off until you restart it\.$/);
    assert.deepEqual(held.actions, ['restart', 'showLog']);
    const early = messageOf(failure('process/exited'), withoutFolder)!;
    assert.match(early.text, /Nothing was written yet\.$/);
  });

  test('of a failure has the sentence, the remedy and the step that is most likely to help', () => {
    const actionFor = (code: ErrorCode, entry?: RunEntry): string | undefined =>
      messageOf(failure(code), entry)?.actions.at(0);
    assert.equal(
      messageOf(failure('training/diverged'))?.text,
      'breastmnist · mi failed. It did not work. Do this.',
    );
    assert.equal(actionFor('training/diverged'), 'resume');
    assert.equal(actionFor('dataset/not-found'), 'chooseDataset');
    assert.equal(actionFor('run/settings-differ'), 'chooseDataset');
    assert.equal(actionFor('process/unavailable'), 'restart');
    assert.equal(actionFor('dataset/not-found', withoutFolder), 'changeSettings');
    const resumed: RunEntry = { key: FOLDER, state: 'running', job: { kind: 'resume', run: FOLDER } };
    assert.equal(actionFor('run/locked', resumed), 'resume');
    assert.equal(actionFor('settings/invalid', { key: 'k', state: 'running', job: JOB }), 'changeSettings');
  });

  test('of a job that was taken out of the queue is none', () => {
    assert.equal(messageOf({ kind: 'removed' }), undefined);
  });
});
