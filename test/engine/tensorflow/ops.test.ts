import assert from 'node:assert/strict';
import { test } from 'node:test';

import { checkDevice, loadOpExamples } from '../../support/opChecks.ts';
import { TENSORFLOW_NODE_KERNELS } from '../../support/tensorFlowNodeKernels.ts';
import { tensorFlowDevice, tensorFlowOnCpu } from '../../support/tensorFlowOnCpu.ts';

/** TensorFlow.js's error function in JavaScript is good to 1.5e-7 (Abramowitz and Stegun, 7.1.26). */
const TOLERANCE = 2e-6;

const devices = { NCHW: tensorFlowDevice('NCHW'), NHWC: tensorFlowDevice('NHWC') };
const kernels = recordKernels();

for (const [op, examples] of await loadOpExamples()) {
  for (const [layout, device] of Object.entries(devices)) {
    test(`${op}: tensorflow agrees with the reference, in ${layout}`, () =>
      checkDevice(device, examples, TOLERANCE));
  }
}

test('all kernels that the operations use are in the package with the native library', () => {
  assert.ok(kernels.has('Conv2DBackpropFilter') && kernels.has('Transpose') && kernels.size > 30);
  assert.deepEqual(
    [...kernels].filter((name) => !TENSORFLOW_NODE_KERNELS.has(name)),
    [],
  );
});

test('no operation takes a kernel that copies to the host in the package with the native library', () => {
  // GatherV2 reads its indices to check them.
  assert.ok(!kernels.has('GatherV2'));
});

/** The names of all kernels that run from here on. */
function recordKernels(): ReadonlySet<string> {
  const names = new Set<string>();
  const engine = tensorFlowOnCpu.engine();
  const runKernel = engine.runKernel.bind(engine);
  engine.runKernel = (name, inputs, attributes) => {
    names.add(name);
    return runKernel(name, inputs, attributes);
  };
  return names;
}
