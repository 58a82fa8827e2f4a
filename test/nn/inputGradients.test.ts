import assert from 'node:assert/strict';
import { after, test } from 'node:test';

import { inPrecision } from '../../src/engine/devices/inPrecision.ts';
import { OnnxRuntimeDevice } from '../../src/engine/devices/onnxRuntimeDevice.ts';
import { ReferenceDevice } from '../../src/engine/devices/referenceDevice.ts';
import { gradientsOf } from '../../src/engine/gradient.ts';
import { trace, type Graph, type Value } from '../../src/engine/graph.ts';
import { lowerGraph } from '../../src/engine/onnx/lowerGraph.ts';
import { matmul } from '../../src/engine/ops/matmul.ts';
import { mul } from '../../src/engine/ops/mul.ts';
import { sum } from '../../src/engine/ops/sum.ts';
import { floatTensor } from '../../src/engine/tensor.ts';
import { gradientScaleOf, inputGradients } from '../../src/nn/inputGradients.ts';
import { assertNormClose } from '../support/closeness.ts';
import { loadLatentModels, optimizeLatents } from '../support/latentFixture.ts';
import { runOnce } from '../support/runGraph.ts';

const cpu = new OnnxRuntimeDevice('cpu', { threads: 1 });
const half = inPrecision(cpu, 'float16');
after(() => cpu.dispose());

/** An objective whose gradient is 1e-8, which is zero in half precision. */
function objective(g: Graph): { x: Value; total: Value } {
  const x = g.input('x', [1, 1]);
  return { x, total: mul(sum(matmul(x, g.input('w', [1, 1]))), 1e-8) };
}

const inputs = { x: floatTensor([1, 1], 1), w: floatTensor([1, 1], 1) };

test('a gradient that would vanish in half precision is there, scaled back', async () => {
  const gradientBy = async (scale: number): Promise<number> => {
    const build = (g: Graph): Record<string, Value> => {
      const { x, total } = objective(g);
      return { dx: inputGradients(total, [x], scale)[0] };
    };
    return (await runOnce(half, build, inputs)).dx.data[0];
  };
  assert.equal(await gradientBy(1), 0);
  const found = await gradientBy(gradientScaleOf(half));
  assert.ok(Math.abs(found - 1e-8) < 1e-10, `${found}`);
});

test('in single precision nothing is scaled, and the model is the same', () => {
  const modelOf = (gradients: (total: Value, x: Value) => Value): Uint8Array =>
    lowerGraph(
      trace((g) => {
        const { x, total } = objective(g);
        return { dx: gradients(total, x) };
      }),
      'cpu',
    ).model;
  assert.equal(gradientScaleOf(cpu), 1);
  assert.deepEqual(
    modelOf((total, x) => inputGradients(total, [x], gradientScaleOf(cpu))[0]),
    modelOf((total, x) => gradientsOf(total, [x])[0]),
  );
});

test('a program that asks for another precision than its device is scaled by its own', () => {
  assert.equal(gradientScaleOf(half, { precision: 'float32' }), 1);
  assert.equal(gradientScaleOf(cpu, { precision: 'float16' }), gradientScaleOf(half));
  assert.ok(gradientScaleOf(half) > 1);
});

test('latents optimised in half precision end near those of the reference', async () => {
  // Adam makes whole steps of gradients that are only noise, too.
  const models = await loadLatentModels();
  const settings = { steps: 2, learningRate: 0.02 };
  const expected = await optimizeLatents(new ReferenceDevice(), models, settings);
  const found = await optimizeLatents(half, models, settings);
  assertNormClose(found.latents, expected.latents, 1e-2, 'latents');
  assertNormClose(found.images, expected.images, 3e-2, 'images');
  assertNormClose(found.objective, expected.objective, 5e-2, 'objective');
});
