import assert from 'node:assert/strict';
import { test } from 'node:test';

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

test('a record says where TF32 was turned off', () => {
  assert.equal(providerNote('cuda', {}), '');
  assert.equal(providerNote('cuda', { NVIDIA_TF32_OVERRIDE: '1' }), '');
  assert.equal(providerNote('cuda', { NVIDIA_TF32_OVERRIDE: '0' }), ', without TF32');
  assert.equal(providerNote('cpu', { NVIDIA_TF32_OVERRIDE: '0' }), '');
});
