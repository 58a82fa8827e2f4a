import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Graph } from '../../src/engine/graph.ts';
import { randomKey } from '../../src/engine/random.ts';
import { floatTensor, type HostTensor } from '../../src/engine/tensor.ts';
import { constantInitializer, fanInUniform } from '../../src/nn/initializers.ts';
import { convLayer, convTransposeLayer, linearLayer } from '../../src/nn/layers.ts';
import { ModelScope } from '../../src/nn/modelScope.ts';
import {
  checkState,
  countParameters,
  describeModel,
  initializeModel,
  type Declare,
} from '../../src/nn/modelState.ts';

const zero = constantInitializer(0);

const declare: Declare = (scope) => {
  linearLayer(scope, 'linear', scope.graph.input('x', [1, 100]), 7);
  scope.buffer('count', [2], constantInitializer(5));
};

test('a tensor is an input of the graph under its prefixed name', () => {
  const graph = new Graph();
  const scope = new ModelScope(graph, 'inference', 'classifier/');
  const weight = scope.parameter('weight', [2, 3], zero);
  assert.equal(graph.inputs.get('classifier/weight'), weight);
  assert.equal(scope.valueOf('weight'), weight);
  assert.deepEqual([...scope.parameters.keys()], ['weight']);
});

test('asking again gives the same value, in another shape an error', () => {
  const scope = new ModelScope(new Graph(), 'training');
  const weight = scope.parameter('weight', [2, 3], zero);
  assert.equal(scope.parameter('weight', [2, 3], zero), weight);
  assert.throws(
    () => scope.parameter('weight', [3, 2], zero),
    new Error("'weight' is [2, 3] and was asked for as [3, 2]."),
  );
});

test('a tensor that no layer asked for is named', () => {
  const scope = new ModelScope(new Graph(), 'training');
  assert.throws(() => scope.valueOf('bias'), new Error("The model has no tensor 'bias'."));
});

test('parameters and buffers are told apart and counted', () => {
  const { parameters, buffers } = describeModel(declare);
  assert.deepEqual([...parameters.keys()], ['linear.weight', 'linear.bias']);
  assert.deepEqual([...buffers.keys()], ['count']);
  assert.equal(countParameters(declare), 707);
});

test('every tensor is drawn by its own name, whatever else the model has', () => {
  const key = randomKey(5);
  const state = initializeModel(declare, key);
  const longer = initializeModel((scope) => {
    linearLayer(scope, 'other', scope.graph.input('y', [1, 4]), 7);
    declare(scope);
  }, key);
  assert.deepEqual(longer.get('linear.weight'), state.get('linear.weight'));
  assert.deepEqual([...(state.get('count')?.data ?? [])], [5, 5]);
  assert.notDeepEqual(
    initializeModel(declare, randomKey(6)).get('linear.weight'),
    state.get('linear.weight'),
  );
});

test("weights and biases fill PyTorch's range, 1 / sqrt(fan-in)", () => {
  const layers: readonly (readonly [string, number, Declare])[] = [
    ['linear', 400, (s) => void linearLayer(s, 'layer', s.graph.input('x', [1, 400]), 300)],
    [
      'conv',
      9 * 50,
      (s) =>
        void convLayer(s, 'layer', s.graph.input('x', [1, 50, 4, 4]), { outChannels: 300, kernelSize: 3 }),
    ],
    [
      'transposed conv',
      9 * 300,
      (s) =>
        void convTransposeLayer(s, 'layer', s.graph.input('x', [1, 50, 4, 4]), {
          outChannels: 300,
          kernelSize: 3,
        }),
    ],
  ];
  for (const [name, fanIn, layer] of layers) {
    const state = initializeModel(layer, randomKey(1));
    for (const tensor of state.values()) assertFills(tensor, 1 / Math.sqrt(fanIn), name);
    assert.notEqual(state.get('layer.weight')?.data[0], state.get('layer.bias')?.data[0]);
  }
  assert.ok(fanInUniform(4)(randomKey(1), [10_000]).every((value) => Math.abs(value) <= 0.5));
});

test('a state that does not fit is refused by the names that differ', () => {
  const state = new Map(initializeModel(declare, randomKey(1)));
  assert.doesNotThrow(() => checkState(declare, state));
  const message = (broken: ReadonlyMap<string, HostTensor>, expected: string): void =>
    assert.throws(
      () => checkState(declare, broken),
      new Error(`The weights do not fit the model: ${expected}.`),
    );

  const renamed = new Map(state);
  renamed.delete('linear.bias');
  renamed.set('fc.bias', floatTensor([7], 0));
  message(renamed, 'missing linear.bias; unknown fc.bias');
  const extra = new Map(state).set('bn.num_batches_tracked', floatTensor([], 0));
  message(extra, 'missing none; unknown bn.num_batches_tracked');
  const transposed = new Map(state).set('linear.weight', floatTensor([100, 7], 0));
  message(transposed, "'linear.weight' is [100, 7], not [7, 100]");
});

/** Uniform on [-bound, bound]: within it, and reaching near both ends, with the right variance. */
function assertFills({ data }: HostTensor, bound: number, what: string): void {
  const scaled = Array.from(data, (value) => value / bound);
  assert.ok(
    scaled.every((value) => Math.abs(value) <= 1 + 1e-6),
    what,
  );
  assert.ok(scaled.some((value) => value > 0.95) && scaled.some((value) => value < -0.95), what);
  const variance = scaled.reduce((total, value) => total + value * value, 0) / scaled.length;
  assert.ok(Math.abs(variance - 1 / 3) < 5 * Math.sqrt(4 / 45 / scaled.length), `${what}: ${variance}`);
}
