import assert from 'node:assert/strict';
import { test } from 'node:test';

import { ReferenceDevice } from '../../src/engine/devices/referenceDevice.ts';
import { gradientsOf } from '../../src/engine/gradient.ts';
import { nodesInOrder, trace, type Graph, type Value } from '../../src/engine/graph.ts';
import { add } from '../../src/engine/ops/add.ts';
import { conv2d } from '../../src/engine/ops/convolution.ts';
import { matmul } from '../../src/engine/ops/matmul.ts';
import { mul } from '../../src/engine/ops/mul.ts';
import { sigmoid } from '../../src/engine/ops/sigmoid.ts';
import { softmax } from '../../src/engine/ops/softmax.ts';
import { softplus } from '../../src/engine/ops/softplus.ts';
import { stopGradient } from '../../src/engine/ops/stopGradient.ts';
import { sub } from '../../src/engine/ops/sub.ts';
import { sum } from '../../src/engine/ops/sum.ts';
import { tanh } from '../../src/engine/ops/tanh.ts';
import { floatTensor } from '../../src/engine/tensor.ts';
import { Draw } from '../support/draw.ts';
import { checkDifferences } from '../support/opChecks.ts';
import { makeExampleOf } from '../support/opExamples.ts';
import { runOnce } from '../support/runGraph.ts';

const x = floatTensor([2], Float64Array.of(3, -0.5));

/** Gradients of the loss that `build` makes of `x` and the unused `y`, `[2, 3]`. */
async function gradients(
  build: (x: Value, y: Value) => { loss: Value; of: readonly Value[] },
): Promise<number[][]> {
  const results = await runOnce(
    new ReferenceDevice(),
    (graph: Graph) => {
      const { loss, of } = build(graph.input('x', [2]), graph.input('y', [2, 3]));
      return Object.fromEntries(gradientsOf(loss, of).map((gradient, index) => [`${index}`, gradient]));
    },
    { x, y: floatTensor([2, 3], 1) },
  );
  return Object.values(results).map(({ data }) => Array.from(data));
}

test('a value that is used several times collects all its gradients', async () => {
  const [ofX] = await gradients((v) => ({ loss: sum(add(mul(v, v), add(v, v))), of: [v] }));
  assert.deepEqual(ofX, [8, 1]);
});

test('a parameter that the loss does not depend on gets zeros of its shape', async () => {
  const [ofY, ofX] = await gradients((v, y) => ({ loss: sum(v), of: [y, v] }));
  assert.deepEqual(ofY, [0, 0, 0, 0, 0, 0]);
  assert.deepEqual(ofX, [1, 1]);
});

test('a parameter behind a stopped gradient gets zeros', async () => {
  const [ofX, ofY] = await gradients((v, y) => ({ loss: add(sum(stopGradient(v)), sum(y)), of: [v, y] }));
  assert.deepEqual(ofX, [0, 0]);
  assert.deepEqual(ofY, [1, 1, 1, 1, 1, 1]);
});

test('a gradient with respect to an intermediate value and to what it is made of', async () => {
  const [ofSquare, ofX, ofLoss] = await gradients((v) => {
    const square = mul(v, v);
    const loss = sum(mul(square, 10));
    return { loss, of: [square, v, loss] };
  });
  assert.deepEqual(ofSquare, [10, 10]);
  assert.deepEqual(ofX, [60, -10]);
  assert.deepEqual(ofLoss, [1]);
});

test('a gradient can be differentiated again', async () => {
  const [second] = await gradients((v) => {
    const [first] = gradientsOf(sum(mul(v, mul(v, v))), [v]);
    return { loss: sum(first), of: [v] };
  });
  assert.deepEqual(second, [18, -3]);
});

test('a loss that is no scalar is refused', () => {
  trace((graph) => {
    const value = graph.input('x', [1]);
    assert.throws(
      () => gradientsOf(value, [value]),
      new Error('gradientsOf: the loss must be a scalar, not of shape [1].'),
    );
    return {};
  });
});

test('only what lies between parameters and loss is differentiated', () => {
  const operations = (wanted: 'images' | 'weights'): string[] => {
    const traced = trace((graph) => {
      const values = {
        images: graph.input('images', [1, 1, 4, 4]),
        weights: graph.input('weights', [1, 1, 3, 3]),
      };
      const loss = sum(tanh(conv2d(values.images, values.weights)));
      const [gradient] = gradientsOf(loss, [values[wanted]]);
      return { gradient };
    });
    return nodesInOrder(traced.outputs.values()).map(({ operation }) => operation);
  };
  assert.ok(!operations('images').includes('conv2dWeightGradient'));
  assert.ok(operations('images').includes('convTranspose2d'));
  assert.ok(operations('weights').includes('conv2dWeightGradient'));
  assert.ok(!operations('weights').includes('convTranspose2d'));
});

for (let seed = 0; seed < 10; seed++) {
  test(`a random composition agrees with central differences (seed ${seed})`, async () => {
    const draw = new Draw(`composition ${seed}`);
    const inputs = [draw.normal([3, 3]), draw.normal([3, 3]), draw.normal([3])];
    const choices = draw.integers(24, 0, 1_000_000);
    const example = makeExampleOf('composition', `${seed}`, inputs, (operands) => {
      const values = [...operands];
      for (let i = 0; i < choices.length; i += 3) {
        const [a, b] = [values[choices[i] % values.length], values[choices[i + 1] % values.length]];
        values.push(COMBINATIONS[choices[i + 2] % COMBINATIONS.length](a, b));
      }
      return [values[values.length - 1], values[values.length - 2]];
    });
    await checkDifferences(example, 1e-8);
  });
}

const COMBINATIONS: readonly ((a: Value, b: Value) => Value)[] = [
  (a, b) => add(sigmoid(a), b),
  (a, b) => mul(tanh(a), b),
  (a, b) => sub(softplus(a), tanh(b)),
  (a) => softmax(a),
  (a, b) => (a.shape.length === 2 && b.shape.length === 2 ? tanh(matmul(a, b)) : mul(a, sigmoid(b))),
];
