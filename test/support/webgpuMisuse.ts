/**
 * What must not end the process, each in a process of its own: `node webgpuMisuse.ts CASE`. Writes `survived` at the
 * end; a case throws where something else than an error of ours happens.
 */
import assert from 'node:assert/strict';
import { OnnxRuntimeDevice } from '../../src/engine/devices/onnxRuntimeDevice.ts';
import { DeviceError } from '../../src/engine/errors.ts';
import { trace, type TracedGraph } from '../../src/engine/graph.ts';
import { concat } from '../../src/engine/ops/concat.ts';
import { mul } from '../../src/engine/ops/mul.ts';
import { sum } from '../../src/engine/ops/sum.ts';
import { floatTensor, type HostTensor, type Shape } from '../../src/engine/tensor.ts';
import { runTraced, uploadAll } from './runGraph.ts';

const four = floatTensor([4], [1, 2, 3, 4]);
const doubled = doubling([4]);

function doubling(shape: Shape): TracedGraph {
  return trace((g) => ({ y: mul(g.input('x', shape), 2) }));
}

async function values(read: Promise<HostTensor>): Promise<number[]> {
  return Array.from((await read).data);
}

const opened = (): OnnxRuntimeDevice => new OnnxRuntimeDevice('webgpu');

export const MISUSES: Readonly<Record<string, () => Promise<void>>> = {
  'tensors that are used after dispose, or disposed of twice': async () => {
    const device = opened();
    const program = await device.compile(doubled);
    const { y } = await program.run({ x: await device.upload(four) });
    y.dispose();
    y.dispose();
    await assert.rejects(y.read(), DeviceError);
    await assert.rejects(program.run({ x: y }), DeviceError);
    await device.dispose();
  },

  'a program that is run after dispose, or disposed of twice': async () => {
    const device = opened();
    const program = await device.compile(doubled);
    const x = await device.upload(four);
    await Promise.all([program.dispose(), program.dispose()]);
    await assert.rejects(program.run({ x }), DeviceError);
    await device.dispose();
  },

  'tensors that outlive their programs and go through others': async () => {
    const device = opened();
    let x = await device.upload(four);
    for (let index = 0; index < 10; index++) {
      const program = await device.compile(doubled);
      const { y } = await program.run({ x });
      await program.dispose();
      x.dispose();
      x = y;
    }
    assert.deepEqual(await values(x.read()), [1024, 2048, 3072, 4096]);
    x.dispose();
    assert.equal(device.liveTensors, 0);
    await device.dispose();
  },

  'a device that is disposed of while tensors and programs live': async () => {
    const device = opened();
    const program = await device.compile(doubled);
    const { y } = await program.run({ x: await device.upload(four) });
    const underWay = program.run({ x: y });
    await device.dispose();
    await device.dispose();
    const results = await Promise.allSettled([
      underWay,
      y.read(),
      device.upload(four),
      device.compile(doubled),
    ]);
    for (const result of results.slice(1)) {
      assert.ok(result.status === 'rejected' && result.reason instanceof DeviceError, JSON.stringify(result));
    }
    y.dispose();
    await program.dispose();
  },

  'two devices in one process, and one after the other': async () => {
    const [first, second] = [opened(), opened()];
    const inputs = { x: four };
    assert.deepEqual(Array.from((await runTraced(first, doubled, inputs)).y.data), [2, 4, 6, 8]);
    assert.deepEqual(Array.from((await runTraced(second, doubled, inputs)).y.data), [2, 4, 6, 8]);
    const program = await second.compile(doubled);
    await assert.rejects(program.run({ x: await first.upload(four) }), DeviceError);
    await first.dispose();
    assert.deepEqual(Array.from((await runTraced(second, doubled, inputs)).y.data), [2, 4, 6, 8]);
    await second.dispose();
    const third = opened();
    assert.deepEqual(Array.from((await runTraced(third, doubled, inputs)).y.data), [2, 4, 6, 8]);
    await third.dispose();
  },

  'tensors without elements': async () => {
    const device = opened();
    const { y } = await runTraced(device, doubling([0, 3]), { x: floatTensor([0, 3], []) });
    assert.deepEqual([y.shape, y.data.length], [[0, 3], 0]);
    await device.dispose();
  },

  'more operands than a shader has buffers': async () => {
    const device = opened();
    const names = Array.from({ length: 40 }, (_, index) => `x${index}`);
    const graph = trace((g) => ({
      y: concat(
        names.map((name) => g.input(name, [1])),
        0,
      ),
    }));
    const inputs = Object.fromEntries(names.map((name, index) => [name, floatTensor([1], [index])]));
    assert.deepEqual(
      Array.from((await runTraced(device, graph, inputs)).y.data),
      names.map((_, index) => index),
    );
    await device.dispose();
  },

  'a tensor that is larger than the memory': async () => {
    const device = opened();
    const side = 2 ** 16;
    const graph = trace((g) => ({ y: sum(mul(g.input('a', [side, 1]), g.input('b', [1, side]))) }));
    const program = await device.compile(graph);
    const inputs = await uploadAll(device, { a: floatTensor([side, 1], 1), b: floatTensor([1, side], 1) });
    await assert.rejects(program.run(inputs), (error) => {
      assert.ok(error instanceof DeviceError);
      assert.equal(error.failure, 'out-of-memory');
      assert.match(
        error.message,
        /largest tensor is a result of 'mul' of shape \[65536, 65536\] \(16384 MiB\)/,
      );
      return true;
    });
    assert.deepEqual(Array.from((await runTraced(device, doubled, { x: four })).y.data), [2, 4, 6, 8]);
    await device.dispose();
  },

  'an end with sessions and buffers': async () => {
    const device = opened();
    const program = await device.compile(doubled);
    await program.run({ x: await device.upload(four) });
  },
};

const name = process.argv[2] ?? '';
if (name in MISUSES && import.meta.filename === process.argv[1]) {
  await MISUSES[name]();
  process.stdout.write('survived\n');
}
