import assert from 'node:assert/strict';
import { test } from 'node:test';

import { checkDevice, loadOpExamples } from '../../support/opChecks.ts';
import { TENSORFLOW_NODE_KERNELS } from '../../support/tensorFlowNodeKernels.ts';
import { tensorFlowDevice, tensorFlowOnCpu } from '../../support/tensorFlowOnCpu.ts';

/** TensorFlow.js's error function in JavaScript is good to 1.5e-7 (Abramowitz and Stegun, 7.1.26). */
const TOLERANCE = 2e-6;

type Attributes = Readonly<Record<string, unknown>>;

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
    [...kernels.keys()].filter((name) => !TENSORFLOW_NODE_KERNELS.has(name)),
    [],
  );
});

test('no operation takes a kernel that does otherwise in the package with the native library', () => {
  // The one reads its indices to the host to check them, the other has no form that gives the same bytes again.
  assert.ok(!kernels.has('GatherV2') && !kernels.has('DepthwiseConv2dNativeBackpropFilter'));
  // It passes strides on in the order of the one layout only, and refuses padding by a number.
  for (const name of ['Conv2D', 'Conv2DBackpropInput', 'Conv2DBackpropFilter']) {
    const calls = kernels.get(name) ?? [];
    const layouts = new Set(calls.map(({ dataFormat }) => dataFormat));
    assert.deepEqual([...layouts].sort(), ['NCHW', 'NHWC'], name);
    for (const { strides, dataFormat, pad } of calls) {
      assert.ok(dataFormat === 'NHWC' || String(strides) === '1,1', `${name} ${String(strides)}`);
      const isExplicit = name === 'Conv2D' && Array.isArray(pad);
      assert.ok(isExplicit || pad === 'same' || pad === 'valid', `${name} ${JSON.stringify(pad)}`);
    }
  }
});

/** The attributes of all kernels that run from here on, by their names. */
function recordKernels(): ReadonlyMap<string, readonly Attributes[]> {
  const calls = new Map<string, Attributes[]>();
  const engine = tensorFlowOnCpu.engine();
  const runKernel = engine.runKernel.bind(engine);
  engine.runKernel = (name, inputs, attributes) => {
    calls.set(name, [...(calls.get(name) ?? []), attributes ?? {}]);
    return runKernel(name, inputs, attributes);
  };
  return calls;
}
