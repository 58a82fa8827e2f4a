import assert from 'node:assert/strict';
import { test } from 'node:test';

import { ShapeError } from '../../src/engine/errors.ts';
import { trace, type Graph, type TensorType, type Value } from '../../src/engine/graph.ts';
import { add } from '../../src/engine/ops/add.ts';
import { concat } from '../../src/engine/ops/concat.ts';
import { formatShape, type DType } from '../../src/engine/tensor.ts';
import { opBuilders, type Attributes } from '../support/opBuilders.ts';

/** An operand as it is written here: `[2, 3]`, or a type and its shape. */
type Operand = readonly number[] | readonly [DType, readonly number[]];

interface Misfit {
  readonly op: string;
  readonly operands: readonly Operand[];
  readonly attributes?: Attributes;
  /** Between the op's name and the operands. */
  readonly problem: string;
}

const CONVOLUTION = { stride: 1, padding: 0, groups: 1 };
const TRANSPOSED = { ...CONVOLUTION, outputPadding: 0 };
const POOL = { kernel: 2, stride: 2, padding: 0 };
const AXES = { axes: [2], keepDims: false };
const SLICE = { axis: 0, start: 0, end: 1, step: 1 };
const PAD = { axis: 0, before: 1, after: 0, interior: 0, value: 0 };

const IMAGES_AND_WEIGHTS = 'expected images [N, C, H, W] and weights [O, C / groups, KH, KW]';

const MISFITS: readonly Misfit[] = [
  ...['add', 'sub', 'mul', 'div', 'maximum', 'minimum', 'pow', 'equal', 'greater', 'less'].map((op) => ({
    op,
    operands: [
      [2, 3],
      [2, 4],
    ],
    problem: 'axis 1 has 3 and 4 elements',
  })),
  ...['add', 'sub', 'mul', 'div', 'maximum', 'minimum', 'pow'].map((op) => ({
    op,
    operands: [[2], ['int32', [2]]] as const,
    problem: 'expected float32 operands, got int32',
  })),
  ...[
    'abs',
    'erf',
    'exp',
    'inSinglePrecision',
    'log',
    'neg',
    'relu',
    'sigmoid',
    'sign',
    'softplus',
    'sqrt',
    'step',
    'tanh',
  ].map((op) => ({
    op,
    operands: [['int32', [2]]] as const,
    problem: 'expected float32 operands, got int32',
  })),
  ...['sum', 'mean', 'max'].map((op) => ({
    op,
    operands: [[4, 5]],
    attributes: AXES,
    problem: 'there is no axis 2',
  })),
  ...['softmax', 'logSoftmax', 'argMax'].map((op) => ({
    op,
    operands: [[4, 5]],
    attributes: { axis: -3 },
    problem: 'there is no axis -3',
  })),
  {
    op: 'logSumExp',
    operands: [[4, 5]],
    attributes: { axis: 2, keepDims: true },
    problem: 'there is no axis 2',
  },
  { op: 'and', operands: [['bool', [2]], [2]], problem: 'expected bool operands, got float32' },
  { op: 'not', operands: [[2]], problem: 'expected bool operands, got float32' },
  {
    op: 'avgPool2d',
    operands: [[2, 3, 4]],
    attributes: POOL,
    problem: 'expected [N, C, H, W] and padding of at most half the kernel 2',
  },
  {
    op: 'maxPool2d',
    operands: [[2, 3, 1, 4]],
    attributes: POOL,
    problem: 'the kernel 2 is larger than the padded image',
  },
  {
    op: 'maxPool2d',
    operands: [[2, 3, 4, 4]],
    attributes: { ...POOL, stride: 0 },
    problem: 'kernel 2, stride 0, padding 0 are not possible',
  },
  { op: 'globalAveragePool', operands: [[2, 3, 4]], problem: 'expected [N, C, H, W]' },
  {
    op: 'batchNormTraining',
    operands: [[2, 3, 4, 4], [3], [4]],
    attributes: { eps: 1e-5 },
    problem: 'expected [N, C, H, W], [C] and [C]',
  },
  {
    op: 'batchNormInference',
    operands: [[2, 3, 4, 4], [3], [3], [4], [3]],
    attributes: { eps: 1e-5 },
    problem: 'expected [N, C, H, W] and four of [C]',
  },
  {
    op: 'layerNorm',
    operands: [[2, 3], [2], [3]],
    attributes: { eps: 1e-5 },
    problem: 'expected [..., D], [D] and [D]',
  },
  {
    op: 'linear',
    operands: [
      [2, 3],
      [4, 5],
    ],
    problem: 'expected [..., I], [O, I] and [O]',
  },
  { op: 'linear', operands: [[2, 3], [4, 3], [3]], problem: 'expected [..., I], [O, I] and [O]' },
  {
    op: 'matmul',
    operands: [
      [2, 3],
      [2, 3],
    ],
    problem: 'the last axis of the first must match the last but one of the second',
  },
  {
    op: 'matmul',
    operands: [
      [2, 4, 3],
      [5, 3, 1],
    ],
    problem: 'axis 0 has 2 and 5 elements',
  },
  {
    op: 'conv2d',
    operands: [
      [2, 3, 8, 8],
      [4, 2, 3, 3],
    ],
    attributes: CONVOLUTION,
    problem: '3 channels do not fit weights in 1 groups',
  },
  {
    op: 'conv2d',
    operands: [
      [3, 8, 8],
      [4, 3, 3, 3],
    ],
    attributes: CONVOLUTION,
    problem: IMAGES_AND_WEIGHTS,
  },
  {
    op: 'conv2d',
    operands: [
      [2, 3, 2, 8],
      [4, 3, 3, 3],
    ],
    attributes: CONVOLUTION,
    problem: 'the kernel is larger than the padded image',
  },
  {
    op: 'conv2d',
    operands: [[2, 3, 8, 8], [4, 3, 3, 3], [3]],
    attributes: CONVOLUTION,
    problem: 'the bias must be [4]',
  },
  {
    op: 'conv2d',
    operands: [
      [2, 3, 8, 8],
      [4, 3, 3, 3],
    ],
    attributes: { ...CONVOLUTION, stride: 0 },
    problem: 'stride 0, padding 0, groups 1 are not possible',
  },
  {
    op: 'convTranspose2d',
    operands: [
      [2, 3, 8, 8],
      [4, 3, 3, 3],
    ],
    attributes: TRANSPOSED,
    problem: 'expected images [N, O, H, W] and weights [O, C / 1, KH, KW]',
  },
  {
    op: 'convTranspose2d',
    operands: [
      [2, 3, 8, 8],
      [3, 4, 3, 3],
    ],
    attributes: { ...TRANSPOSED, outputPadding: 1 },
    problem: 'padding 0 and output padding 1, 1 do not fit',
  },
  {
    op: 'convTranspose2d',
    operands: [[2, 3, 8, 8], [3, 4, 3, 3], [3]],
    attributes: TRANSPOSED,
    problem: 'the bias must be [4]',
  },
  {
    op: 'reshape',
    operands: [[2, 3]],
    attributes: { shape: [4, 2] },
    problem: '6 elements do not fill [4, 2]',
  },
  {
    op: 'reshape',
    operands: [[2, 3]],
    attributes: { shape: [-2, -3] },
    problem: '6 elements do not fill [-2, -3]',
  },
  {
    op: 'transpose',
    operands: [[2, 3]],
    attributes: { permutation: [1, 1] },
    problem: '[1, 1] is no order of the axes',
  },
  {
    op: 'concat',
    operands: [
      [2, 3],
      [3, 3],
    ],
    attributes: { axis: 1 },
    problem: 'operands may differ along axis 1 only',
  },
  {
    op: 'slice',
    operands: [[2, 3]],
    attributes: { ...SLICE, end: 3 },
    problem: '0:3:1 is no range of axis 0',
  },
  {
    op: 'pad',
    operands: [[2, 3]],
    attributes: { ...PAD, before: -1 },
    problem: 'cannot add -1, 0 and 0 elements',
  },
  {
    op: 'broadcastTo',
    operands: [[2, 3]],
    attributes: { shape: [2, 1] },
    problem: 'cannot be stretched to [2, 1]',
  },
  { op: 'gather', operands: [[2, 3], [2]], problem: 'expected a table and int32 indices, got float32' },
  {
    op: 'oneHot',
    operands: [[2, 3]],
    attributes: { depth: 3 },
    problem: 'expected int32 operands, got float32',
  },
  {
    op: 'where',
    operands: [[2], [2], [2]],
    problem: 'expected bool and two operands of one type, got float32, float32 and float32',
  },
  { op: 'where', operands: [['bool', [2]], [3], [2]], problem: 'axis 0 has 2 and 3 elements' },
  {
    op: 'clip',
    operands: [['bool', [2]]],
    attributes: { low: 0, high: 1 },
    problem: 'expected float32 operands, got bool',
  },
  { op: 'gelu', operands: [['bool', [2]]], problem: 'expected float32 operands, got bool' },
  { op: 'straightThrough', operands: [[2], [3]], problem: 'expected operands of one shape' },
  {
    op: 'crossEntropy',
    operands: [
      [4, 3],
      ['int32', [5]],
    ],
    problem: 'expected logits [N, K] and int32 labels [N]',
  },
  {
    op: 'binaryCrossEntropy',
    operands: [
      [4, 3],
      [4, 1],
    ],
    problem: 'expected operands of one shape',
  },
  {
    op: 'meanSquaredError',
    operands: [
      [4, 3],
      [4, 1],
    ],
    problem: 'expected operands of one shape',
  },
];

/** Ops that take every operand. */
const UNRESTRICTED = new Set(['cast', 'stopGradient']);

for (const { op, operands, attributes = {}, problem } of MISFITS) {
  const types = operands.map(typeOf);
  const shapes = types.map(({ shape }) => formatShape(shape)).join(', ');
  test(`${op} of ${shapes}: ${problem}`, () => {
    assert.throws(
      () => traceOne((graph) => opBuilders[op](inputsOf(graph, types), attributes)),
      (error) => {
        assert.ok(error instanceof ShapeError, String(error));
        assert.ok(error.message.startsWith(`${op}: ${problem} (operands: ${shapes}`), error.message);
        return true;
      },
    );
  });
}

test('a whole message', () => {
  assert.throws(() => traceOne((graph) => add(graph.input('a', [2, 3]), graph.input('b', [4, 3]))), {
    name: 'ShapeError',
    message: 'add: axis 0 has 2 and 4 elements (operands: [2, 3], [4, 3]).',
  });
});

test('concat of nothing is refused', () => {
  assert.throws(() => concat([], 0), {
    name: 'ShapeError',
    message: 'concat: there are no operands (operands: ).',
  });
});

test('every op has a case here', () => {
  const missing = Object.keys(opBuilders).filter(
    (op) => !UNRESTRICTED.has(op) && !MISFITS.some((misfit) => misfit.op === op),
  );
  assert.deepEqual(missing, []);
});

test('operands of two graphs are refused', () => {
  const values: Value[] = [];
  for (const name of ['a', 'b']) traceOne((graph) => (values[values.length] = graph.input(name, [2])));
  assert.throws(() => add(values[0], values[1]), /the operands belong to different graphs/);
  assert.throws(() => add(1, 2), /at least one operand must be a value of a graph/);
});

function typeOf(operand: Operand): TensorType {
  const [first, second] = operand;
  return typeof first === 'string' && typeof second === 'object'
    ? { dtype: first, shape: second }
    : { dtype: 'float32', shape: operand.filter((length) => typeof length === 'number') };
}

function inputsOf(graph: Graph, types: readonly TensorType[]): Value[] {
  return types.map(({ shape, dtype }, index) => graph.input(`${index}`, shape, dtype));
}

function traceOne(build: (graph: Graph) => Value | readonly Value[]): void {
  trace((graph) => {
    build(graph);
    return {};
  });
}
