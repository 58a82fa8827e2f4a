import assert from 'node:assert/strict';
import { after, test } from 'node:test';

import { OnnxRuntimeDevice } from '../../../src/engine/devices/onnxRuntimeDevice.ts';
import { ReferenceDevice } from '../../../src/engine/devices/referenceDevice.ts';
import { gradientsOf } from '../../../src/engine/gradient.ts';
import { trace, type TracedGraph } from '../../../src/engine/graph.ts';
import { lowerGraph } from '../../../src/engine/onnx/lowerGraph.ts';
import { add } from '../../../src/engine/ops/add.ts';
import { batchNormTraining } from '../../../src/engine/ops/batchNorm.ts';
import { conv2d } from '../../../src/engine/ops/convolution.ts';
import { mul } from '../../../src/engine/ops/mul.ts';
import { relu } from '../../../src/engine/ops/relu.ts';
import { sum } from '../../../src/engine/ops/sum.ts';
import { floatTensor, type HostTensor } from '../../../src/engine/tensor.ts';
import { assertNormClose } from '../../support/closeness.ts';
import { Draw } from '../../support/draw.ts';
import { runTraced } from '../../support/runGraph.ts';

const cpu = new OnnxRuntimeDevice('cpu', { threads: 2 });
after(() => cpu.dispose());
const reference = new ReferenceDevice();

interface Case {
  readonly images: readonly [number, number, number, number];
  readonly outputs: number;
  readonly kernel: number;
  readonly stride: number;
  readonly padding: number;
}

// Large enough for the fast form to be chosen, and with tiles that reach over the border.
const CASES: readonly Case[] = [
  { images: [12, 24, 7, 8], outputs: 32, kernel: 3, stride: 1, padding: 1 },
  { images: [24, 32, 9, 6], outputs: 32, kernel: 3, stride: 1, padding: 0 },
  { images: [48, 32, 7, 8], outputs: 48, kernel: 3, stride: 2, padding: 1 },
  { images: [48, 24, 8, 9], outputs: 24, kernel: 4, stride: 2, padding: 1 },
];

for (const { images, outputs, kernel, stride, padding } of CASES) {
  const name = `${images.join(' x ')} by ${kernel} x ${kernel}, stride ${stride}, padding ${padding}`;
  const graph = stepOf({ images, outputs, kernel, stride, padding });

  test(`a convolution with few products and its gradients agree with the reference: ${name}`, async () => {
    assert.equal(fastProducts(graph), 3, 'the output and both gradients are made with few products');
    const inputs = drawInputs(name, graph);
    const expected = await runTraced(reference, graph, inputs);
    const found = await runTraced(cpu, graph, inputs);
    for (const [output, tensor] of Object.entries(expected)) {
      assertNormClose(found[output], tensor, 3e-6, output);
    }
  });
}

test('two runs give the same bytes', async () => {
  const graph = stepOf(CASES[0]);
  const inputs = drawInputs('twice', graph);
  assert.deepEqual(await runTraced(cpu, graph, inputs), await runTraced(cpu, graph, inputs));
});

test('constant weights give the same values, and gradients of images alone', async () => {
  const graph = stepOf({ images: [12, 64, 8, 8], outputs: 64, kernel: 3, stride: 1, padding: 1 });
  const inputs = drawInputs('baked', graph);
  const baked = new Map([['weight', inputs.weight]]);
  assert.equal(fastProducts(graph, baked), 3);
  const found = await runTraced(cpu, graph, inputs, { baked });
  const expected = await runTraced(cpu, graph, inputs);
  for (const output of Object.keys(expected)) assertNormClose(found[output], expected[output], 1e-6, output);
});

test('constant weights keep the plain convolution longer, which the runtime makes faster for them', () => {
  const graph = stepOf({ images: [12, 32, 8, 8], outputs: 32, kernel: 3, stride: 1, padding: 1 });
  assert.equal(fastProducts(graph), 3);
  assert.equal(fastProducts(graph, new Map([['weight', floatTensor([32, 32, 3, 3], 1)]])), 1);
});

test('spread images are kept for the weight gradient where they are small, and made again elsewhere', () => {
  const spreads = (size: number): number =>
    lowered(
      stepOf({ images: [64, 128, size, size], outputs: 128, kernel: 3, stride: 1, padding: 1 }),
      'cpu',
    ).split('Gemm_').length - 1;
  // Two for x and two for dy, two for each of the results y and dx, one to spread the weights and one to gather dw.
  assert.equal(spreads(7), 10);
  assert.equal(spreads(14), 12);
});

test('where it does not pay, and on other providers, a convolution stays one', () => {
  const plain = { kernel: 3, stride: 1, padding: 1 };
  const few = (given: Case): number => fastProducts(stepOf(given));
  assert.equal(few({ images: [12, 4, 8, 8], outputs: 4, ...plain }), 0, 'few channels');
  assert.equal(few({ images: [4, 32, 8, 8], outputs: 32, ...plain }), 0, 'few rows to share the weights');
  assert.equal(few({ images: [1, 16, 256, 256], outputs: 16, ...plain }), 0, 'images too wide to be spread');
  assert.equal(few({ images: [64, 32, 8, 8], outputs: 32, ...plain, kernel: 1, padding: 0 }), 0, 'one tap');
  const graph = stepOf(CASES[0]);
  assert.equal(lowered(graph, 'webgpu').includes('FusedMatMul'), false, 'on other providers');
  const half = Buffer.from(lowerGraph(graph, 'cpu', new Map(), 'float16').model).toString('latin1');
  assert.equal(half.includes('FusedMatMul'), false, 'in half precision');
});

test('eight images of 7 x 7 are enough, four of 8 x 8 are not', () => {
  const plain = { outputs: 32, kernel: 3, stride: 1, padding: 1 };
  assert.equal(fastProducts(stepOf({ images: [8, 32, 7, 7], ...plain })), 3);
  assert.equal(fastProducts(stepOf({ images: [4, 32, 8, 8], ...plain })), 0);
});

test('errors do not grow much over ten layers with batch norm, forwards and backwards', async () => {
  const layers = 10;
  const graph = trace((graph) => {
    let x = graph.input('x', [12, 24, 8, 8]);
    const weights = Array.from({ length: layers }, (_, layer) =>
      graph.input(`weight${layer}`, [24, 24, 3, 3]),
    );
    const [scale, shift] = [graph.input('scale', [24]), graph.input('shift', [24])];
    for (const weight of weights) {
      const y = batchNormTraining(conv2d(x, weight, undefined, { padding: 1 }), scale, shift, 1e-5).output;
      x = add(x, relu(y));
    }
    const loss = sum(mul(x, graph.input('upstream', x.shape)));
    const gradients = gradientsOf(loss, weights);
    return { y: x, ...Object.fromEntries(gradients.map((gradient, layer) => [`dWeight${layer}`, gradient])) };
  });
  assert.equal(fastProducts(graph), 3 * layers - 1, 'all but the gradient of the first images');
  const inputs = drawInputs('deep', graph);
  const expected = await runTraced(reference, graph, inputs);
  const found = await runTraced(cpu, graph, inputs);
  for (const output of Object.keys(expected)) {
    // Plain sums have up to 1.1e-6 here, and the points 0, 1, -1, 2, -2 more than this.
    assertNormClose(found[output], expected[output], 1.6e-6, output);
  }
});

/** A convolution with bias, and the gradients of a weighted sum of its outputs. */
function stepOf({ images, outputs, kernel, stride, padding }: Case): TracedGraph {
  return trace((graph) => {
    const x = graph.input('x', images);
    const weight = graph.input('weight', [outputs, images[1], kernel, kernel]);
    const bias = graph.input('bias', [outputs]);
    const y = conv2d(x, weight, bias, { stride, padding });
    const loss = sum(mul(y, graph.input('upstream', y.shape)));
    const [dx, dWeight] = gradientsOf(loss, [x, weight]);
    return { y, dx, dWeight };
  });
}

function drawInputs(name: string, graph: TracedGraph): Record<string, HostTensor> {
  const draw = new Draw(`winogradLowering/${name}`);
  return Object.fromEntries([...graph.inputs].map(([input, { shape }]) => [input, draw.normal(shape)]));
}

/** How many products over channels the lowered program has. */
function fastProducts(graph: TracedGraph, baked?: ReadonlyMap<string, HostTensor>): number {
  return lowered(graph, 'cpu', baked).split('FusedMatMul_').length - 1;
}

function lowered(
  graph: TracedGraph,
  provider: 'cpu' | 'webgpu',
  baked?: ReadonlyMap<string, HostTensor>,
): string {
  return Buffer.from(lowerGraph(graph, provider, baked).model).toString('latin1');
}
