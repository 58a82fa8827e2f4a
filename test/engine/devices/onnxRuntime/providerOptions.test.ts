import assert from 'node:assert/strict';
import { test } from 'node:test';

import { OnnxRuntimeDevice } from '../../../../src/engine/devices/onnxRuntimeDevice.ts';
import {
  executionProviders,
  providerNote,
} from '../../../../src/engine/devices/onnxRuntime/providerOptions.ts';

test('only options that the binding hands on are given', () => {
  assert.deepEqual(executionProviders('cpu'), ['cpu']);
  assert.deepEqual(executionProviders('cuda'), ['cuda']);
  assert.deepEqual(executionProviders('dml'), ['dml']);
  // Static shapes, ML program, processor and graphics card.
  assert.deepEqual(executionProviders('coreml'), [{ name: 'coreml', coreMlFlags: 8 + 16 + 32 }]);
});

test('a record says where a person has allowed TF32', () => {
  assert.equal(providerNote('cuda', {}), '');
  assert.equal(providerNote('cuda', { NVIDIA_TF32_OVERRIDE: '1' }), ', TF32');
  assert.equal(providerNote('cuda', { NVIDIA_TF32_OVERRIDE: '0' }), '');
  assert.equal(providerNote('cpu', { NVIDIA_TF32_OVERRIDE: '1' }), '');
});

test('on CUDA float32 means float32, unless a person has said otherwise', () => {
  const { NVIDIA_TF32_OVERRIDE: before } = process.env;
  try {
    for (const [given, expected] of [
      [undefined, '0'],
      ['1', '1'],
    ] as const) {
      if (given === undefined) delete process.env.NVIDIA_TF32_OVERRIDE;
      else process.env.NVIDIA_TF32_OVERRIDE = given;
      const { description } = new OnnxRuntimeDevice('cuda');
      assert.equal(process.env.NVIDIA_TF32_OVERRIDE, expected);
      assert.equal(description.endsWith(', TF32'), expected === '1');
    }
  } finally {
    if (before === undefined) delete process.env.NVIDIA_TF32_OVERRIDE;
    else process.env.NVIDIA_TF32_OVERRIDE = before;
  }
});
