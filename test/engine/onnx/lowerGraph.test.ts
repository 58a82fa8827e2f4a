import assert from 'node:assert/strict';
import { after, test } from 'node:test';

import { OnnxRuntimeDevice } from '../../../src/engine/devices/onnxRuntimeDevice.ts';
import { trace, type Graph, type Value } from '../../../src/engine/graph.ts';
import { lowerGraph } from '../../../src/engine/onnx/lowerGraph.ts';
import { add } from '../../../src/engine/ops/add.ts';
import { mul } from '../../../src/engine/ops/mul.ts';
import { neg } from '../../../src/engine/ops/neg.ts';
import { tanh } from '../../../src/engine/ops/tanh.ts';
import { floatTensor, intTensor, type HostTensor } from '../../../src/engine/tensor.ts';
import { runOnce } from '../../support/runGraph.ts';

const cpu = new OnnxRuntimeDevice('cpu', { threads: 1 });
after(() => cpu.dispose());

const x = floatTensor([2], [1, -2]);
const w = floatTensor([2], [10, 100]);

function scaled(graph: Graph): Record<string, Value> {
  const [image, weight] = [graph.input('x', [2]), graph.input('w', [2])];
  return { y: add(mul(image, weight), 0.5) };
}

/** Whether the serialised model mentions an ONNX operator. */
function mentions(model: Uint8Array, operator: string): boolean {
  return Buffer.from(model).includes(operator);
}

test('baked inputs vanish and give the same values', async () => {
  const baked = new Map([['w', w]]);
  assert.deepEqual(lowerGraph(trace(scaled), 'cpu').inputNames, ['x', 'w']);
  assert.deepEqual(lowerGraph(trace(scaled), 'cpu', baked).inputNames, ['x']);
  const plain = await runOnce(cpu, scaled, { x, w });
  const folded = await runOnce(cpu, scaled, { x }, { baked });
  assert.deepEqual(Array.from(plain.y.data), [10.5, -199.5]);
  assert.deepEqual(folded.y.data, plain.y.data);
});

test('names of baked tensors that the graph does not have are left out', () => {
  const baked = new Map([
    ['w', w],
    ['elsewhere', floatTensor([4], 0)],
  ]);
  assert.ok(!mentions(lowerGraph(trace(scaled), 'cpu', baked).model, 'elsewhere'));
});

test('a program whose inputs are all baked needs none', async () => {
  const baked = new Map([
    ['w', w],
    ['x', x],
  ]);
  assert.deepEqual((await runOnce(cpu, scaled, {}, { baked })).y.data, Float32Array.of(10.5, -199.5));
});

test('dead code, and inputs that only dead code uses, are not lowered', () => {
  const graph = trace((g) => {
    const [used, unused] = [g.input('used', [2]), g.input('unused', [2])];
    tanh(unused);
    return { y: neg(used) };
  });
  const { model, inputNames } = lowerGraph(graph, 'cpu');
  assert.deepEqual(inputNames, ['used']);
  assert.ok(mentions(model, 'Neg'));
  assert.ok(!mentions(model, 'Tanh'));
  assert.ok(!mentions(model, 'unused'));
});

test('an output may be an input, a baked input, a constant, or another output', async () => {
  const build = (g: Graph): Record<string, Value> => {
    const [image, weight] = [g.input('x', [2]), g.input('w', [2])];
    const negative = neg(image);
    return {
      image,
      weight,
      three: g.scalar(3),
      table: g.constant(intTensor([3], [4, 5, 6])),
      negative,
      same: negative,
    };
  };
  for (const baked of [new Map<string, HostTensor>(), new Map([['w', w]])]) {
    const results = await runOnce(cpu, build, { x, w }, { baked });
    const values = Object.fromEntries(
      Object.entries(results).map(([name, { data }]) => [name, Array.from(data)]),
    );
    assert.deepEqual(values, {
      image: [1, -2],
      weight: [10, 100],
      three: [3],
      table: [4, 5, 6],
      negative: [-1, 2],
      same: [-1, 2],
    });
    assert.deepEqual(results.three.shape, []);
    assert.equal(results.table.dtype, 'int32');
  }
});

test('names are kept as they are', async () => {
  const names = ['layer1.0.conv1.weight', 'next:optimizer.momentum.a', 'autoencoder/x y', 'x'];
  const results = await runOnce(
    cpu,
    (g) => Object.fromEntries(names.map((name) => [`out ${name}`, mul(tanh(g.input(name, [1])), 0)])),
    Object.fromEntries(names.map((name) => [name, floatTensor([1], 1)])),
  );
  assert.deepEqual(
    Object.keys(results),
    names.map((name) => `out ${name}`),
  );
});
