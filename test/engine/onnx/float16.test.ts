import assert from 'node:assert/strict';
import { test } from 'node:test';

import { toFloat16 } from '../../../src/engine/onnx/float16.ts';
import { fromFloat16 } from '../../support/halves.ts';

/** The bits of one number. */
function bitsOf(value: number): number {
  return toFloat16(Float32Array.of(value))[0];
}

test('known numbers have their bits', () => {
  const known: readonly (readonly [number, number])[] = [
    [0, 0x0000],
    [-0, 0x8000],
    [1, 0x3c00],
    [-2, 0xc000],
    [65504, 0x7bff],
    [1 / 3, 0x3555],
    [2 ** -14, 0x0400],
    [2 ** -24, 0x0001],
    [Infinity, 0x7c00],
    [-Infinity, 0xfc00],
  ];
  for (const [value, bits] of known) assert.equal(bitsOf(value), bits, `${value}`);
});

test('ties go to the even neighbour', () => {
  assert.equal(bitsOf(1 + 2 ** -11), 0x3c00);
  assert.equal(bitsOf(1 + 3 * 2 ** -11), 0x3c02);
  assert.equal(bitsOf(1 + 2 ** -11 + 2 ** -23), 0x3c01);
  assert.equal(bitsOf(2049), bitsOf(2048));
  assert.equal(bitsOf(2051), bitsOf(2052));
});

test('rounding up carries into the exponent', () => {
  assert.equal(bitsOf(2 - 2 ** -12), 0x4000);
  assert.equal(bitsOf(2 ** -14 - 2 ** -26), 0x0400);
});

test('denormal numbers are multiples of 2^-24, and half of the least is zero', () => {
  assert.equal(bitsOf(3 * 2 ** -24), 0x0003);
  assert.equal(bitsOf(2.5 * 2 ** -24), 0x0002);
  assert.equal(bitsOf(3.5 * 2 ** -24), 0x0004);
  assert.equal(bitsOf(1.5 * 2 ** -25), 0x0001);
  assert.equal(bitsOf(2 ** -25), 0x0000);
  assert.equal(bitsOf(-(2 ** -25)), 0x8000);
  assert.equal(bitsOf(1e-42), 0x0000);
});

test('what rounds to 2^16 and more is infinite', () => {
  assert.equal(bitsOf(65519.99), 0x7bff);
  assert.equal(bitsOf(65520), 0x7c00);
  assert.equal(bitsOf(-1e30), 0xfc00);
});

test('not a number stays that', () => {
  const bits = bitsOf(NaN);
  assert.equal(bits & 0x7c00, 0x7c00);
  assert.notEqual(bits & 0x03ff, 0);
});

test('every number of half precision comes back as it is', () => {
  const all = Uint16Array.from({ length: 0x10000 }, (_, bits) => bits).filter(
    (bits) => (bits & 0x7c00) !== 0x7c00 || (bits & 0x03ff) === 0,
  );
  assert.equal(all.length, 0x10000 - 2 * 0x3ff);
  assert.deepEqual(toFloat16(fromFloat16(all)), all);
});

test('a part of a larger array is read from where it begins', () => {
  assert.deepEqual(toFloat16(Float32Array.of(7, 1, 2, 8).subarray(1, 3)), Uint16Array.of(0x3c00, 0x4000));
});
