import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { deviceItems } from '../../../src/extension/devices/deviceItems.ts';
import { asSentence, DEVICE_LABELS, stepTime } from '../../../src/extension/devices/deviceLine.ts';
import { exampleSurvey } from './exampleSurvey.ts';

describe('deviceItems', () => {
  const survey = exampleSurvey();

  test('the automatic choice and the processor need no survey', () => {
    const asking = deviceItems({ kind: 'asking' });
    assert.deepEqual(
      asking.map(({ value }) => value),
      ['auto', 'cpu', undefined],
    );
    const failed = deviceItems({ kind: 'failed', problem: 'The library process ended.' });
    assert.equal(failed.at(-1)?.detail, 'The library process ended.');
    assert.equal(failed.at(-1)?.value, undefined);
  });

  test('what this machine lacks is shown with the reason, and cannot be chosen', () => {
    const items = deviceItems({ kind: 'ready', survey });
    assert.deepEqual(
      items.map(({ label, value }) => [label, value]),
      [
        ['Automatic', 'auto'],
        ['Processor', 'cpu'],
        ['Graphics card (WebGPU)', 'webgpu'],
        ['Not available', undefined],
        ['$(circle-slash) NVIDIA graphics card (CUDA)', undefined],
        ['$(circle-slash) NVIDIA graphics card (TensorFlow)', undefined],
      ],
    );
    assert.equal(items[0].description, 'auto, here webgpu');
    assert.equal(items[0].detail, survey.reason);
    assert.equal(items[1].description, 'cpu, training step in 81 ms');
    assert.equal(items[1].detail, 'ONNX Runtime 1.30.0, 8 threads');
    assert.equal(items[4].detail, 'Its process ended with SIGABRT: no driver. Install the driver.');
  });

  test('while devices are measured again, what was found before can be chosen', () => {
    assert.deepEqual(deviceItems({ kind: 'asking', before: survey }), deviceItems({ kind: 'ready', survey }));
  });
});

test('no two devices look the same', () => {
  assert.equal(new Set(Object.values(DEVICE_LABELS)).size, Object.keys(DEVICE_LABELS).length);
});

test('times are short, and one that is missing is said', () => {
  assert.deepEqual([0.84, 7.62, 9.96, 81.4, 998, 999.7, 3412, 12_000, undefined].map(stepTime), [
    'training step in 0.8 ms',
    'training step in 7.6 ms',
    'training step in 10 ms',
    'training step in 81 ms',
    'training step in 998 ms',
    'training step in 1.0 s',
    'training step in 3.4 s',
    'training step in 12 s',
    'training step not timed',
  ]);
});

test('a sentence starts with a capital, and the name of a device stays as it is written', () => {
  assert.equal(asSentence('there is no other device here.'), 'There is no other device here.');
  assert.equal(asSentence('webgpu cannot be used.'), 'webgpu cannot be used.');
});
