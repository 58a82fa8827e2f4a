import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';

import { DeviceSurveys, knownSurvey } from '../../../src/extension/devices/deviceSurveys.ts';
import type { DeviceSurvey } from '../../../src/protocol/devices.ts';
import { TsyndError } from '../../../src/protocol/errors.ts';
import type { LibraryApi } from '../../../src/protocol/libraryApi.ts';
import { FakeProcess } from '../panels/fakeProcess.ts';
import { exampleSurvey } from './exampleSurvey.ts';

/** A survey that is answered when the test says so. */
function surveysThatWait(): {
  readonly surveys: DeviceSurveys;
  readonly library: FakeProcess<LibraryApi>;
  readonly answers: PromiseWithResolvers<DeviceSurvey>[];
} {
  const answers: PromiseWithResolvers<DeviceSurvey>[] = [];
  const library = new FakeProcess<LibraryApi>({
    'devices/survey': () => {
      const answer = withResolvers<DeviceSurvey>();
      answers.push(answer);
      return answer.promise;
    },
  });
  return { surveys: new DeviceSurveys(library), library, answers };
}

describe('DeviceSurveys', () => {
  test('devices are asked about once, and again after a failure', async () => {
    const { surveys, library, answers } = surveysThatWait();
    surveys.start();
    surveys.start();
    assert.deepEqual(library.asked, [{ method: 'devices/survey', params: {} }]);
    answers[0].reject(new TsyndError('process/exited', 'It ended.', { remedy: 'Try again.' }));
    await turn();
    assert.deepEqual(surveys.state.value, { kind: 'failed', problem: 'It ended. Try again.' });
    surveys.start();
    assert.deepEqual(surveys.state.value, { kind: 'asking' });
    const survey = exampleSurvey();
    answers[1].resolve(survey);
    await turn();
    assert.deepEqual(surveys.state.value, { kind: 'ready', survey });
    surveys.start();
    assert.equal(library.asked.length, 2);
  });

  test('while devices are measured again, the last survey can still be shown', async () => {
    const { surveys, library, answers } = surveysThatWait();
    const survey = exampleSurvey();
    surveys.start();
    answers[0].resolve(survey);
    await turn();
    const refreshed = surveys.refresh();
    assert.deepEqual(library.asked.at(-1)?.params, { refresh: true });
    assert.deepEqual(surveys.state.value, { kind: 'asking', before: survey });
    assert.equal(knownSurvey(surveys.state.value), survey);
    const newer = exampleSurvey({ chosen: 'cpu' });
    answers[1].resolve(newer);
    await refreshed;
    assert.deepEqual(surveys.state.value, { kind: 'ready', survey: newer });
  });

  test('an answer that was overtaken by a newer question counts no more', async () => {
    const { surveys, answers } = surveysThatWait();
    surveys.start();
    const refreshed = surveys.refresh();
    const newer = exampleSurvey({ chosen: 'cpu' });
    answers[1].resolve(newer);
    await refreshed;
    answers[0].reject(new TsyndError('process/exited', 'It ended.'));
    await turn();
    assert.deepEqual(surveys.state.value, { kind: 'ready', survey: newer });
  });

  test('nothing is left to show once measuring has failed', async () => {
    const { surveys, answers } = surveysThatWait();
    surveys.start();
    answers[0].resolve(exampleSurvey());
    await turn();
    const refreshed = surveys.refresh();
    answers[1].reject(new TsyndError('process/exited', 'It ended.'));
    await refreshed;
    assert.equal(knownSurvey(surveys.state.value), undefined);
  });
});

interface PromiseWithResolvers<T> {
  readonly promise: Promise<T>;
  readonly resolve: (value: T) => void;
  readonly reject: (error: unknown) => void;
}

/** As `Promise.withResolvers`, which Node 20 lacks. */
function withResolvers<T>(): PromiseWithResolvers<T> {
  let resolve: PromiseWithResolvers<T>['resolve'] = () => undefined;
  let reject: PromiseWithResolvers<T>['reject'] = () => undefined;
  const promise = new Promise<T>((onValue, onError) => {
    [resolve, reject] = [onValue, onError];
  });
  return { promise, resolve, reject };
}
