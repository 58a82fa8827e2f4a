import assert from 'node:assert/strict';
import { test } from 'node:test';

import { deviceReportText } from '../../../src/extension/devices/deviceReportText.ts';
import { exampleSurvey } from './exampleSurvey.ts';

test('a survey as text says what a bug report needs', () => {
  const text = deviceReportText(exampleSurvey(), {
    extensionVersion: '1.2.3',
    editorVersion: '1.100.0',
    platform: 'linux',
    architecture: 'x64',
  });
  assert.equal(
    text,
    `TSynD 1.2.3, VS Code 1.100.0, linux x64, measured 2026-11-21T10:00:00.000Z
auto takes webgpu: webgpu is the fastest: a training step in 7.6 ms, on cpu in 81 ms.

- cpu (ONNX Runtime 1.30.0, 8 threads): works, training step in 81 ms, error of the self-test 2.3e-7.
- webgpu (ONNX Runtime 1.30.0, WebGPU): works, training step in 7.6 ms, error of the self-test 1.0e-6.
- cuda (ONNX Runtime 1.30.0, CUDA): cannot be used. Its process ended with SIGABRT: no driver. Install the driver.
- tensorflow (TensorFlow.js 4.22.0): cannot be used. TensorFlow is not installed. Fetch it.
`,
  );
});
