import type { Value } from '../../src/engine/graph.ts';
import { mul } from '../../src/engine/ops/mul.ts';
import { boolTensor, floatTensor, intTensor, type HostTensor, type Shape } from '../../src/engine/tensor.ts';
import { makeExample, makeExampleOf, type OpExample } from './opExamples.ts';

/** Examples by hand, of what the PyTorch fixtures leave out. */
export function handExamples(): OpExample[] {
  const values = float64([5], [-2, -1, 0.5, 1, 3]);
  const signs = makeExample('sign', 'plain', [float64([3], [-0.5, 2, 0.25])]);
  const smallest = 2 ** -126;
  const steps = makeExample('step', 'plain', [float64([6], [-4, -smallest, 0, smallest, 0.5, 1e30])]);
  const pool = { kernel: 2, stride: 2, padding: 0 };
  const ties = float64([1, 1, 2, 4], [5, 5, 1, 2, 5, 0, 2, 2]);
  const flags = boolTensor([3], [true, false, true]);
  return [
    atKink(
      makeExample('clip', 'bounds', [values], { low: -1, high: 1 }),
      float64([5], [-1, -1, 0.5, 1, 1]),
      (upstream) => [float64([5], [0, ...upstream.slice(1, 4), 0])],
    ),
    makeExample('inSinglePrecision', 'plain', [values]),
    withExpected(signs, float64([3], [-1, 1, 1]), [float64([3], [0, 0, 0])]),
    withExpected({ ...steps, isSmooth: false }, float64([6], [0, 0, 0, 1, 1, 1]), [
      float64([6], [0, 0, 0, 0, 0, 0]),
    ]),
    atKink(makeExample('maxPool2d', 'ties', [ties], pool), float64([1, 1, 1, 2], [5, 2]), (upstream) => [
      float64([1, 1, 2, 4], [upstream[0], 0, 0, upstream[1], 0, 0, 0, 0]),
    ]),
    atKink(
      makeExample('max', 'ties', [float64([3], [2, 1, 2])], { axes: [0], keepDims: false }),
      float64([], [2]),
      ([upstream]) => [float64([3], [upstream / 2, 0, upstream / 2])],
    ),
    atKink(
      makeExample('maximum', 'ties', [float64([2], [1, 2]), float64([2], [1, 3])]),
      float64([2], [1, 3]),
      ([first, second]) => [float64([2], [first / 2, 0]), float64([2], [first / 2, second])],
    ),
    withExpected(
      makeExample('cast', 'bool-to-float', [flags], { dtype: 'float32' }),
      float64([3], [1, 0, 1]),
    ),
    withExpected(makeExample('cast', 'bool-to-int', [flags], { dtype: 'int32' }), intTensor([3], [1, 0, 1])),
    withExpected(
      makeExample('cast', 'float-to-int', [float64([4], [-1.75, -0.5, 0.5, 7.9])], { dtype: 'int32' }),
      intTensor([4], [-1, 0, 0, 7]),
    ),
    withExpected(
      makeExample('cast', 'int-to-bool', [intTensor([3], [0, -4, 1])], { dtype: 'bool' }),
      boolTensor([3], [false, true, true]),
    ),
    withExpected(
      makeExample('broadcastTo', 'row', [float64([1, 2], [3, 4])], { shape: [2, 2, 2] }),
      float64([2, 2, 2], [3, 4, 3, 4, 3, 4, 3, 4]),
    ),
    withExpected(
      makeExample('equal', 'int', [intTensor([3], [1, 2, 3]), intTensor([3], [1, 0, 3])]),
      boolTensor([3], [true, false, true]),
    ),
    withExpected(
      makeExample('where', 'int', [flags, intTensor([3], [1, 2, 3]), intTensor([3], [7, 8, 9])]),
      intTensor([3], [1, 8, 3]),
    ),
    withExpected(
      makeExample('argMax', 'ties', [float64([2, 3], [2, 2, 1, 0, 5, 5])], { axis: 1 }),
      intTensor([2], [0, 1]),
    ),
    withExpected(
      makeExampleOf('mul', 'by-number', [float64([2], [3, -4])], ([x]: readonly Value[]) => [mul(x, 1.5)]),
      float64([2], [4.5, -6]),
    ),
  ];
}

function withExpected(
  example: OpExample,
  output: HostTensor,
  gradients: readonly HostTensor[] = [],
): OpExample {
  return { ...example, expected: { outputs: [output], gradients } };
}

/** Where differences say nothing of the gradient; `gradients` makes it of the output's. */
function atKink(
  example: OpExample,
  output: HostTensor,
  gradients: (upstream: readonly number[]) => readonly HostTensor[],
): OpExample {
  const [upstream] = example.upstreams;
  return withExpected({ ...example, isSmooth: false }, output, gradients(Array.from(upstream?.data ?? [])));
}

function float64(shape: Shape, values: readonly number[]): HostTensor {
  return floatTensor(shape, Float64Array.from(values));
}
