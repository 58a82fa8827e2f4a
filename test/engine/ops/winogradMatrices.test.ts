import assert from 'node:assert/strict';
import { test } from 'node:test';

import { windowCount } from '../../../src/engine/ops/convolutionShapes.ts';
import {
  axisSize,
  hasWinogradAxis,
  kronecker,
  winogradAxis,
  type WinogradAxis,
} from '../../../src/engine/ops/winogradMatrices.ts';
import { floatTensor, type HostTensor } from '../../../src/engine/tensor.ts';
import { Draw } from '../../support/draw.ts';

const CASES = [
  { length: 28, kernel: 3, stride: 1, padding: 1 },
  { length: 7, kernel: 3, stride: 1, padding: 1 },
  { length: 9, kernel: 3, stride: 1, padding: 0 },
  { length: 6, kernel: 3, stride: 1, padding: 2 },
  { length: 10, kernel: 2, stride: 1, padding: 0 },
  { length: 14, kernel: 3, stride: 2, padding: 1 },
  { length: 7, kernel: 3, stride: 2, padding: 1 },
  { length: 14, kernel: 4, stride: 2, padding: 1 },
  { length: 11, kernel: 5, stride: 2, padding: 2 },
  { length: 17, kernel: 4, stride: 3, padding: 1 },
];

for (const { length, kernel, stride, padding } of CASES) {
  test(`the matrices give a convolution of ${length} by ${kernel}, stride ${stride}, padding ${padding}`, () => {
    const draw = new Draw(`winograd/${length}/${kernel}/${stride}/${padding}`);
    const x = draw.normal([length]).data as Float64Array;
    const weight = draw.normal([kernel]).data as Float64Array;
    const axis = winogradAxis(length, kernel, stride, padding);
    const outputs = windowCount(length, kernel, stride, padding);
    assert.deepEqual(
      { products: axis.products, tiles: axis.tiles },
      axisSize(outputs, kernel, stride),
      'counted without the matrices',
    );
    const found = convolve(axis, x, weight);
    assert.equal(found.length, outputs);
    found.forEach((value, output) => {
      let expected = 0;
      for (let tap = 0; tap < kernel; tap++) {
        expected += weight[tap] * (x[output * stride + tap - padding] ?? 0);
      }
      assert.ok(Math.abs(value - expected) < 1e-12, `output ${output} is ${value}, not ${expected}`);
    });
  });
}

test('a kernel that saves no products, or would lose many digits, has no matrices', () => {
  assert.ok(hasWinogradAxis(3, 1));
  assert.ok(hasWinogradAxis(3, 2));
  assert.ok(!hasWinogradAxis(1, 1));
  assert.ok(!hasWinogradAxis(2, 2));
  assert.ok(!hasWinogradAxis(7, 2));
});

test('the Kronecker product has the products of all pairs, the first factor outermost', () => {
  const a = floatTensor([1, 2], [1, 10]);
  const b = floatTensor([2, 1], [3, 4]);
  const product = kronecker(a, b);
  assert.deepEqual(product.shape, [2, 2]);
  assert.deepEqual([...product.data], [3, 30, 4, 40]);
});

/** y = A^T ((G w) * (B x)), where G w is the same for all tiles. */
function convolve(axis: WinogradAxis, x: Float64Array, weight: Float64Array): number[] {
  const spreadX = rowsTimes(axis.input, x);
  const spreadWeight = rowsTimes(axis.weight, weight);
  const products = spreadX.map((value, index) => value * spreadWeight[Math.floor(index / axis.tiles)]);
  const [, outputs] = axis.output.shape;
  return Array.from({ length: outputs }, (_, output) =>
    products.reduce((sum, value, row) => sum + value * axis.output.data[row * outputs + output], 0),
  );
}

function rowsTimes(matrix: HostTensor, vector: Float64Array): number[] {
  const [rows, columns] = matrix.shape;
  return Array.from({ length: rows }, (_, row) =>
    vector.reduce((sum, value, column) => sum + value * matrix.data[row * columns + column], 0),
  );
}
