import assert from 'node:assert/strict';

import { formatShape, type HostTensor } from '../../src/engine/tensor.ts';

/**
 * Every element within `tolerance` of the expected one, relative to its size and to the root mean square of all;
 * int32 and bool elements equal. For float64 against float64.
 */
export function assertElementsClose(
  actual: HostTensor,
  expected: HostTensor,
  tolerance: number,
  what: string,
): void {
  assertSameKind(actual, expected, what);
  if (expected.dtype !== 'float32') {
    assertEqualElements(actual, expected, what);
    return;
  }
  const rootMeanSquare = normOf(expected.data) / Math.sqrt(expected.data.length);
  for (let index = 0; index < expected.data.length; index++) {
    const [found, wanted] = [actual.data[index], expected.data[index]];
    const isClose = Math.abs(found - wanted) <= tolerance * (Math.abs(wanted) + rootMeanSquare);
    assert.ok(isClose, `${what}: element ${index} is ${found}, not ${wanted}`);
  }
}

/** ||actual - expected|| <= tolerance ||expected||; int32 and bool elements equal. For float32 devices. */
export function assertNormClose(
  actual: HostTensor,
  expected: HostTensor,
  tolerance: number,
  what: string,
): void {
  assertSameKind(actual, expected, what);
  if (expected.dtype !== 'float32') {
    assertEqualElements(actual, expected, what);
    return;
  }
  const error = relativeError(actual, expected);
  assert.ok(error <= tolerance, `${what}: relative error ${error.toExponential(2)} is above ${tolerance}`);
}

/** ||actual - expected|| / ||expected||; 0 / 0 counts as 0. */
export function relativeError(actual: HostTensor, expected: HostTensor): number {
  const difference = normOf(Float64Array.from(expected.data, (wanted, index) => actual.data[index] - wanted));
  return difference === 0 ? 0 : difference / normOf(expected.data);
}

/** |actual - expected| <= tolerance |expected|. */
export function assertNumberClose(actual: number, expected: number, tolerance: number, what: string): void {
  const isClose = Math.abs(actual - expected) <= tolerance * Math.abs(expected);
  assert.ok(isClose, `${what}: ${actual} is not ${expected} within ${tolerance}`);
}

/** Euclidean norm of all elements. */
export function normOf(values: Iterable<number>): number {
  let squares = 0;
  for (const value of values) squares += value * value;
  return Math.sqrt(squares);
}

function assertSameKind(actual: HostTensor, expected: HostTensor, what: string): void {
  assert.equal(actual.dtype, expected.dtype, `${what}: type`);
  assert.equal(formatShape(actual.shape), formatShape(expected.shape), `${what}: shape`);
  assert.equal(actual.data.length, expected.data.length, `${what}: number of elements`);
}

function assertEqualElements(actual: HostTensor, expected: HostTensor, what: string): void {
  assert.deepEqual(Array.from(actual.data), Array.from(expected.data), what);
}
