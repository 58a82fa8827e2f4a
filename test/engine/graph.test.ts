import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Graph, nodesInOrder, trace, type Value } from '../../src/engine/graph.ts';
import { add } from '../../src/engine/ops/add.ts';
import { exp } from '../../src/engine/ops/exp.ts';
import { mul } from '../../src/engine/ops/mul.ts';
import { reshape } from '../../src/engine/ops/reshape.ts';
import { sum } from '../../src/engine/ops/sum.ts';
import { tanh } from '../../src/engine/ops/tanh.ts';
import { transpose } from '../../src/engine/ops/transpose.ts';
import { floatTensor } from '../../src/engine/tensor.ts';

test('the same operation on the same operands is one value', () => {
  const graph = new Graph();
  const [a, b] = [graph.input('a', [2, 3]), graph.input('b', [2, 3])];
  assert.equal(add(a, b), add(a, b));
  assert.equal(mul(add(a, b), 2), mul(add(a, b), 2));
  assert.notEqual(add(a, b), add(b, a));
  assert.notEqual(mul(a, 2), mul(a, 3));
  assert.notEqual(sum(a, { axes: [0] }), sum(a, { axes: [1] }));
  assert.notEqual(exp(a), tanh(a));
});

test('equal numbers are one constant, equal tensors are not', () => {
  const graph = new Graph();
  assert.equal(graph.scalar(0.1), graph.scalar(0.1));
  assert.equal(graph.filled([], 0.1), graph.scalar(0.1));
  assert.notEqual(graph.constant(floatTensor([2], 1)), graph.constant(floatTensor([2], 1)));
});

test('what changes nothing adds no node', () => {
  const x = new Graph().input('x', [2, 3]);
  assert.equal(reshape(x, [2, 3]), x);
  assert.equal(transpose(x, [0, 1]), x);
  assert.equal(sum(x, { axes: [] }), x);
});

test('an input name is taken once', () => {
  const graph = new Graph();
  graph.input('x', [1]);
  assert.throws(() => graph.input('x', [1]), new Error("graph: the input 'x' is declared twice."));
});

test('a traced graph keeps inputs and outputs in the order in which they were named', () => {
  const traced = trace((graph) => {
    const [b, a] = [graph.input('b', [2]), graph.input('a', [2])];
    return { total: add(a, b), copy: a };
  });
  assert.deepEqual([...traced.inputs.keys()], ['b', 'a']);
  assert.deepEqual([...traced.outputs.keys()], ['total', 'copy']);
});

test('nodes come after their operands, once each, and only those that are needed', () => {
  const graph = new Graph();
  const x = graph.input('x', [2]);
  const shared = exp(x);
  const left = tanh(shared);
  const unused = mul(shared, 5);
  const result = add(left, shared);
  const order = nodesInOrder([result, left]);
  assert.deepEqual(
    order.map(({ operation }) => operation),
    ['exp', 'tanh', 'add'],
  );
  assert.ok(unused.node && !order.includes(unused.node));
});

test('a chain deeper than the call stack is put in order', () => {
  const depth = 50_000;
  let value: Value = new Graph().input('x', []);
  for (let i = 0; i < depth; i++) value = tanh(value);
  assert.equal(nodesInOrder([value]).length, depth);
});

test('a shape given to a graph may be changed afterwards', () => {
  const shape = [2, 3];
  const x = new Graph().input('x', shape);
  shape[0] = 7;
  assert.deepEqual(x.shape, [2, 3]);
});
