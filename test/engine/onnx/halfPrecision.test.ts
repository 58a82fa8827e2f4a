import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { after, test } from 'node:test';
import * as ort from 'onnxruntime-node';

import type { StepLoop } from '../../../src/engine/devices/device.ts';
import { inPrecision, requireHalfPrecision } from '../../../src/engine/devices/inPrecision.ts';
import { OnnxRuntimeDevice } from '../../../src/engine/devices/onnxRuntimeDevice.ts';
import { ReferenceDevice } from '../../../src/engine/devices/referenceDevice.ts';
import { gradientsOf } from '../../../src/engine/gradient.ts';
import { nodesInOrder, trace, type Graph, type Value } from '../../../src/engine/graph.ts';
import { deviceData, type ProviderName } from '../../../src/engine/onnx/emitter.ts';
import { CLASSIFIED, precisionOf } from '../../../src/engine/onnx/halfPrecision.ts';
import { lowerGraph } from '../../../src/engine/onnx/lowerGraph.ts';
import { add } from '../../../src/engine/ops/add.ts';
import { batchNormTraining } from '../../../src/engine/ops/batchNorm.ts';
import { conv2d } from '../../../src/engine/ops/convolution.ts';
import { inSinglePrecision } from '../../../src/engine/ops/inSinglePrecision.ts';
import { logSoftmax } from '../../../src/engine/ops/logSoftmax.ts';
import { matmul } from '../../../src/engine/ops/matmul.ts';
import { mean } from '../../../src/engine/ops/mean.ts';
import { mul } from '../../../src/engine/ops/mul.ts';
import { oneHot } from '../../../src/engine/ops/oneHot.ts';
import { relu } from '../../../src/engine/ops/relu.ts';
import { reshape } from '../../../src/engine/ops/reshape.ts';
import { sub } from '../../../src/engine/ops/sub.ts';
import { sum } from '../../../src/engine/ops/sum.ts';
import { tanh } from '../../../src/engine/ops/tanh.ts';
import { floatTensor, type HostTensor } from '../../../src/engine/tensor.ts';
import { assertNormClose, relativeError } from '../../support/closeness.ts';
import { Draw } from '../../support/draw.ts';
import { heldInHalf, roundedToHalf } from '../../support/halves.ts';
import { loadOpExamples } from '../../support/opChecks.ts';
import { exampleInputs, traceExamples } from '../../support/opExamples.ts';
import { runOnce, runTraced } from '../../support/runGraph.ts';

const reference = new ReferenceDevice();
const cpu = new OnnxRuntimeDevice('cpu', { threads: 1 });
after(() => cpu.dispose());

/** Several roundings by 2^-11 each, relative to the norm. */
const TOLERANCE = 4e-3;

for (const [op, ofOp] of await loadOpExamples()) {
  test(`${op}: half precision is within its rounding of the reference`, async () => {
    const examples = ofOp.map((example) => ({
      ...example,
      inputs: example.inputs.map(roundedToHalf),
      build: (inputs: readonly Value[]) => example.build(inputs.map(heldInHalf)),
    }));
    const graph = traceExamples(examples);
    const inputs = exampleInputs(examples);
    const expected = await runTraced(reference, graph, inputs);
    const actual = await runTraced(cpu, graph, inputs, { precision: 'float16' });
    for (const name of graph.outputs.keys()) {
      if (name.endsWith('/loss')) continue;
      assertNormClose(actual[name], expected[name], TOLERANCE, name);
    }
  });
}

test('every operation is on exactly one list', async () => {
  const folder = path.resolve(import.meta.dirname, '../../../src/engine/ops');
  const names: string[] = [];
  for (const file of await readdir(folder)) {
    const source = await readFile(path.join(folder, file), 'utf8');
    for (const match of source.matchAll(/(?:^ {2}name: |predicate\()'(\w+)'/gm)) names.push(match[1]);
  }
  assert.ok(names.length > 40);
  assert.deepEqual(names.sort(), [...CLASSIFIED].sort());
});

/** Which outputs of a graph are held in half precision. */
function heldOutputs(
  build: (graph: Graph) => Readonly<Record<string, Value>>,
  provider: ProviderName = 'cuda',
): string[] {
  const graph = trace(build);
  const halves = new Set<Value>();
  for (const node of nodesInOrder(graph.outputs.values())) {
    const emitter = { provider, programPrecision: 'float16' } as const;
    const plan = precisionOf(node, graph, emitter, (value) => halves.has(value));
    if (plan.operands === 'float16') for (const output of node.outputs) halves.add(output);
    if (plan.roundsResult) halves.add(node.outputs[0]);
  }
  return [...graph.outputs].flatMap(([name, value]) => (halves.has(value) ? [name] : []));
}

test('products, and what is done to them element by element, are held in half precision', () => {
  const held = heldOutputs((g) => {
    const x = g.input('images', [2, 3, 8, 8]);
    const y = conv2d(x, g.input('weight', [4, 3, 3, 3]), undefined, { padding: 1 });
    const shifted = add(y, reshape(g.input('bias', [4]), [4, 1, 1]));
    const { output, mean: batchMean } = batchNormTraining(
      shifted,
      g.input('gain', [4]),
      g.input('shift', [4]),
      1e-5,
    );
    return {
      y,
      shifted,
      output,
      batchMean,
      active: relu(output),
      scaled: mul(output, 0.5),
      moments: mul(x, x),
    };
  });
  assert.deepEqual(held, ['y', 'shifted', 'output', 'active', 'scaled']);
});

test('sums, losses, and what is made with them, are not', () => {
  const held = heldOutputs((g) => {
    const logits = matmul(g.input('x', [5, 6]), g.input('w', [6, 3]));
    const centred = sub(logits, mean(logits, { axes: [1], keepDims: true }));
    const difference = sub(logits, g.input('targets', [5, 3]));
    const tiny = mul(logits, 1e-6);
    return {
      total: sum(logits),
      logProbs: logSoftmax(logits),
      centred,
      difference,
      tiny,
      single: inSinglePrecision(logits),
    };
  });
  assert.deepEqual(held, []);
});

test('products with one-hot rows are sums, and stay exact', async () => {
  const build = (g: Graph): Record<string, Value> => ({
    counts: matmul(reshape(oneHot(g.input('codes', [4096], 'int32'), 1), [1, 4096]), g.input('x', [4096, 1])),
  });
  const codes: HostTensor = { dtype: 'int32', shape: [4096], data: new Int32Array(4096) };
  const x = floatTensor([4096, 1], 1 + 2 ** -12);
  const { counts } = await runOnce(cpu, build, { codes, x }, { precision: 'float16' });
  assert.equal(counts.data[0], 4097);
});

test('where the provider adds up in half precision, long sums of products are single', () => {
  const product = (length: number) => (g: Graph) => ({
    y: matmul(g.input('a', [2, length]), g.input('b', [length, 2])),
  });
  assert.deepEqual(heldOutputs(product(1024), 'webgpu'), ['y']);
  assert.deepEqual(heldOutputs(product(1025), 'webgpu'), []);
  assert.deepEqual(heldOutputs(product(1025), 'cuda'), ['y']);
  const weightGradient = (g: Graph): Record<string, Value> => {
    const weight = g.input('w', [4, 3, 3, 3]);
    const y = conv2d(g.input('x', [8, 3, 16, 16]), weight, undefined, { padding: 1 });
    return { y, dw: gradientsOf(sum(mul(y, y)), [weight])[0] };
  };
  assert.deepEqual(heldOutputs(weightGradient, 'webgpu'), ['y']);
  assert.deepEqual(heldOutputs(weightGradient, 'cuda'), ['y', 'dw']);
});

/** Two convolutions with batch norm, and a linear layer. */
function network(g: Graph): Record<string, Value> {
  const shapes = { w1: [6, 2, 3, 3], g1: [6], b1: [6], w2: [8, 6, 3, 3], g2: [8], b2: [8], w3: [8, 3] };
  const p = Object.fromEntries(Object.entries(shapes).map(([name, shape]) => [name, g.input(name, shape)]));
  const block = (x: Value, weight: Value, gain: Value, shift: Value, stride: number): Value =>
    relu(batchNormTraining(conv2d(x, weight, undefined, { stride, padding: 1 }), gain, shift, 1e-5).output);
  const x = block(g.input('images', [4, 2, 8, 8]), p.w1, p.g1, p.b1, 1);
  const pooled = mean(block(x, p.w2, p.g2, p.b2, 2), { axes: [2, 3] });
  const loss = sum(mul(logSoftmax(matmul(pooled, p.w3)), g.input('targets', [4, 3])));
  const gradients = gradientsOf(loss, Object.values(p));
  return { loss, ...Object.fromEntries(Object.keys(p).map((name, i) => [`d ${name}`, gradients[i]])) };
}

test('gradients of a small network are within a few roundings of the reference, by norm', async () => {
  const graph = trace(network);
  const draw = new Draw('half precision network');
  const inputs = Object.fromEntries([...graph.inputs].map(([name, { shape }]) => [name, draw.normal(shape)]));
  const expected = await runTraced(reference, graph, inputs);
  for (const options of [{}, { baked: new Map([['w2', inputs.w2]]) }]) {
    const actual = await runTraced(cpu, graph, inputs, { ...options, precision: 'float16' });
    for (const name of graph.outputs.keys()) assertNormClose(actual[name], expected[name], 2e-2, name);
    // It would be 1e-6 if nothing were rounded.
    assert.ok(relativeError(actual['d w1'], expected['d w1']) > 1e-4);
  }
});

for (const provider of ['webgpu', 'cuda', 'dml', 'coreml'] as const) {
  test(`gradients of that network are as good when it is lowered for ${provider}`, async () => {
    const graph = trace(network);
    const draw = new Draw('half precision network');
    const inputs = Object.fromEntries(
      [...graph.inputs].map(([name, { shape }]) => [name, draw.normal(shape)]),
    );
    const expected = await runTraced(reference, graph, inputs);
    const { model } = lowerGraph(graph, provider, undefined, 'float16');
    const session = await ort.InferenceSession.create(model, {
      executionProviders: ['cpu'],
      logSeverityLevel: 3,
    });
    const feeds = Object.entries(inputs).map(
      ([name, tensor]) => [name, new ort.Tensor('float32', deviceData(tensor), tensor.shape)] as const,
    );
    const results = await session.run(Object.fromEntries(feeds));
    await session.release();
    for (const [name, { shape }] of graph.outputs) {
      const found = floatTensor(shape, results[name].data as Float32Array);
      assertNormClose(found, expected[name], 2e-2, name);
    }
  });
}

test('a loop of steps in half precision does what the steps do one by one', async () => {
  const build = (g: Graph): Record<string, Value> => {
    const w = g.input('w', [3, 3]);
    return {
      next: sub(w, mul(matmul(tanh(matmul(g.input('x', [3, 3]), w)), g.input('fixed', [3, 3])), 0.1)),
    };
  };
  const draw = new Draw('half precision loop');
  const [w, fixed] = [draw.normal([3, 3]), draw.normal([3, 3])];
  const rows = [draw.normal([3, 3]), draw.normal([3, 3])];
  const loop: StepLoop = { steps: 2, carried: new Map([['next', 'w']]), perStep: ['x'] };
  const x = floatTensor([2, 3, 3], [...rows[0].data, ...rows[1].data]);
  const precision = 'float16';
  const looped = await runOnce(cpu, build, { w, x, fixed }, { loop, precision });
  const first = await runOnce(cpu, build, { w, x: rows[0], fixed }, { precision });
  const second = await runOnce(cpu, build, { w: first.next, x: rows[1], fixed }, { precision });
  assert.deepEqual(looped.next.data, second.next.data);
  const single = await runOnce(cpu, build, { w, x, fixed }, { loop });
  assert.notDeepEqual(looped.next.data, single.next.data);
});

test('a model of single precision knows nothing of the other one', () => {
  const graph = trace(network);
  const plain = lowerGraph(graph, 'cpu');
  assert.deepEqual(lowerGraph(graph, 'cpu', undefined, 'float32'), plain);
  assert.ok(!Buffer.from(plain.model).includes('Cast'));
  assert.ok(Buffer.from(lowerGraph(graph, 'cpu', undefined, 'float16').model).includes('Cast'));
});

test('what leaves the range of half precision is infinite there, and finite in single', async () => {
  const build = (g: Graph): Record<string, Value> => {
    const y = matmul(g.input('x', [1, 1]), g.input('x2', [1, 1]));
    return { square: relu(mul(y, y)), single: mul(inSinglePrecision(y), inSinglePrecision(y)) };
  };
  const inputs = { x: floatTensor([1, 1], 300), x2: floatTensor([1, 1], 1) };
  const { square, single } = await runOnce(cpu, build, inputs, { precision: 'float16' });
  assert.equal(square.data[0], Infinity);
  assert.equal(single.data[0], 90_000);
});

test('a device is asked whether it has half precision', async () => {
  await requireHalfPrecision(cpu);
  await assert.rejects(requireHalfPrecision(reference), /float64 only/);
});

test('programs of a device in half precision may ask for single precision', async () => {
  const build = (g: Graph): Record<string, Value> => ({
    y: matmul(g.input('x', [1, 1]), g.input('x2', [1, 1])),
  });
  const third = floatTensor([1, 1], 1 / 3);
  const inputs = { x: third, x2: floatTensor([1, 1], 1) };
  const half = inPrecision(cpu, 'float16');
  assert.equal((await runOnce(half, build, inputs)).y.data[0], roundedToHalf(third).data[0]);
  assert.equal((await runOnce(half, build, inputs, { precision: 'float32' })).y.data[0], third.data[0]);
  assert.equal(inPrecision(cpu, 'float32'), cpu);
});
