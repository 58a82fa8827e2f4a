import assert from 'node:assert/strict';
import { test } from 'node:test';

import { formatDevices } from '../../src/cli/formatDevices.ts';

test('devices are a table, with what is wrong below it and what auto takes', () => {
  const lines = formatDevices({
    devices: [
      {
        name: 'cpu',
        description: 'ONNX Runtime 1.30.0, CPU, 2 threads',
        isAvailable: true,
        error: 1e-7,
        stepMs: 41.26,
      },
      {
        name: 'webgpu',
        description: 'ONNX Runtime 1.30.0, WebGPU',
        isAvailable: false,
        problem: 'no Vulkan driver is installed.',
        remedy: 'Install one.',
      },
      {
        name: 'tensorflow',
        description: 'TensorFlow.js 4.22.0',
        isAvailable: false,
        problem: 'TensorFlow is not installed.',
        remedy: 'Fetch it.',
        install: 'tensorflow',
      },
    ],
    chosen: 'cpu',
    reason: 'webgpu cannot be used: no Vulkan driver is installed.',
    measuredAt: '2026-01-02T03:04:05.000Z',
  });
  assert.deepEqual(lines, [
    'device      library and hardware                 verdict         training step',
    'cpu         ONNX Runtime 1.30.0, CPU, 2 threads  works           41.3 ms',
    'webgpu      ONNX Runtime 1.30.0, WebGPU          cannot be used',
    'tensorflow  TensorFlow.js 4.22.0                 not installed',
    '',
    'webgpu: no Vulkan driver is installed.',
    '  Install one.',
    'tensorflow: TensorFlow is not installed.',
    '  Fetch it.',
    '',
    'auto takes cpu: webgpu cannot be used: no Vulkan driver is installed.',
    "Measured on 2026-01-02; 'tsynd devices --refresh' measures again.",
  ]);
});
