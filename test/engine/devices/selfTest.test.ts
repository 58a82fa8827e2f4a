import assert from 'node:assert/strict';
import { after, test } from 'node:test';

import type { CompileOptions, Device, DeviceTensor, Program } from '../../../src/engine/devices/device.ts';
import { OnnxRuntimeDevice } from '../../../src/engine/devices/onnxRuntimeDevice.ts';
import { SELF_TEST_TOLERANCE, selfTest } from '../../../src/engine/devices/selfTest.ts';
import type { TracedGraph } from '../../../src/engine/graph.ts';
import type { HostTensor } from '../../../src/engine/tensor.ts';

const cpu = new OnnxRuntimeDevice('cpu', { threads: 1 });
after(() => cpu.dispose());

type Outputs = Record<string, DeviceTensor>;
type Fault = (outputs: Outputs, inputs: Readonly<Outputs>) => Outputs | Promise<Outputs>;

/** The processor with a fault in what its programs return. */
class FaultyDevice implements Device {
  readonly name = 'cpu';
  readonly description = 'faulty';
  readonly keepsState = true;
  private readonly fault: Fault;

  constructor(fault: Fault) {
    this.fault = fault;
  }

  upload(tensor: HostTensor): Promise<DeviceTensor> {
    return cpu.upload(tensor);
  }

  async compile(graph: TracedGraph, options?: CompileOptions): Promise<Program> {
    const program = await cpu.compile(graph, options);
    return {
      ...program,
      run: async (inputs) => this.fault(await program.run(inputs), inputs),
      dispose: () => program.dispose(),
    };
  }

  dispose(): Promise<void> {
    return Promise.resolve();
  }
}

/** The tensor with another value at one place. */
function withValue(tensor: DeviceTensor, change: (value: number) => number): DeviceTensor {
  return {
    shape: tensor.shape,
    dtype: tensor.dtype,
    dispose: () => tensor.dispose(),
    read: async () => {
      const read = await tensor.read();
      const data = read.data.slice();
      data[0] = change(data[0]);
      return { ...read, data };
    },
  };
}

test('a device that computes as the reference does passes', async () => {
  assert.ok((await selfTest(cpu)) < SELF_TEST_TOLERANCE / 10);
});

test('a loss that is a percent off is found', async () => {
  const error = await selfTest(
    new FaultyDevice(({ loss, ...rest }) => ({ ...rest, loss: withValue(loss, (v) => v * 1.01) })),
  );
  assert.ok(error > SELF_TEST_TOLERANCE && error < 0.1, String(error));
});

test('something that is not a number is found', async () => {
  const error = await selfTest(
    new FaultyDevice(({ loss, ...rest }) => ({ ...rest, loss: withValue(loss, () => NaN) })),
  );
  assert.equal(error, Infinity);
});

test('a device that forgets what a step has changed is found', async () => {
  const forgetful = new FaultyDevice(async (outputs, inputs) => ({
    ...outputs,
    'next:head': await cpu.upload(await inputs.head.read()),
  }));
  assert.ok((await selfTest(forgetful)) > SELF_TEST_TOLERANCE);
});
