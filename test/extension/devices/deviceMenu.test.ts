import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { deviceMenu } from '../../../src/extension/devices/deviceMenu.ts';
import { exampleSurvey } from './exampleSurvey.ts';

describe('deviceMenu', () => {
  const survey = exampleSurvey();
  const items = deviceMenu({ kind: 'ready', survey }, 'webgpu');
  const item = (label: string): (typeof items)[number] => {
    const found = items.find((each) => each.label.endsWith(label));
    assert.ok(found, label);
    return found;
  };

  test('what works can be chosen, and what the settings say is marked', () => {
    assert.deepEqual(item('Automatic').value, { kind: 'choose', device: 'auto' });
    assert.deepEqual(item('Processor').value, { kind: 'choose', device: 'cpu' });
    assert.equal(item('Automatic').description, 'auto, here webgpu');
    assert.equal(item('(WebGPU)').description, 'webgpu, training step in 7.6 ms, current setting');
  });

  test('what does not work is never chosen, but explained', () => {
    const cuda = survey.devices[2];
    assert.deepEqual(item('(CUDA)').value, { kind: 'explain', report: cuda });
    assert.equal(item('(CUDA)').buttons, undefined);
    const chosen = deviceMenu({ kind: 'ready', survey }, 'cuda').filter(
      ({ value }) => value?.kind === 'choose',
    );
    assert.deepEqual(
      chosen.map(({ value }) => value?.kind === 'choose' && value.device),
      ['auto', 'cpu', 'webgpu'],
    );
  });

  test('what can be installed says so, and has a button for that', () => {
    const [button] = item('(TensorFlow)').buttons ?? [];
    assert.equal(item('(TensorFlow)').detail, 'TensorFlow is not installed. Choose it to install it.');
    assert.equal(button.tooltip, 'Install...');
    assert.deepEqual(button.value, { kind: 'install', what: 'tensorflow' });
  });

  test('a machine on which everything works has no heading for the rest', () => {
    const working = exampleSurvey({ devices: survey.devices.slice(0, 2) });
    const all = deviceMenu({ kind: 'ready', survey: working }, 'auto');
    assert.deepEqual(
      all.filter(({ isHeading }) => isHeading),
      [],
    );
  });

  test('nothing can be chosen before the first survey; a failed one can be tried again', () => {
    assert.deepEqual(
      deviceMenu({ kind: 'asking' }, 'auto').map(({ value }) => value),
      [undefined],
    );
    const [retry, ...others] = deviceMenu({ kind: 'failed', problem: 'It ended.' }, 'auto');
    assert.deepEqual([retry.value, retry.detail, others], [{ kind: 'measure' }, 'It ended.', []]);
    assert.deepEqual(deviceMenu({ kind: 'asking', before: survey }, 'webgpu'), items);
  });
});
