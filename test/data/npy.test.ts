import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';

import { parseNpy, parseNpyHeader, writeNpy } from '../../src/data/npy.ts';
import { normals, randomKey } from '../../src/engine/random.ts';
import { floatTensor, intTensor } from '../../src/engine/tensor.ts';
import { assertFails, bytesOf, npyOf, SHARED_DATA, skipWithout } from './helpers.ts';

test('reads every element type', () => {
  const cases: readonly (readonly [string, ArrayBufferView, readonly number[]])[] = [
    ['|b1', Uint8Array.of(0, 1), [0, 1]],
    ['|u1', Uint8Array.of(0, 255), [0, 255]],
    ['|i1', Int8Array.of(-128, 127), [-128, 127]],
    ['<u2', Uint16Array.of(1, 65535), [1, 65535]],
    ['<i2', Int16Array.of(-2, 3), [-2, 3]],
    ['<u4', Uint32Array.of(1, 4294967295), [1, 4294967295]],
    ['<i4', Int32Array.of(-2, 3), [-2, 3]],
    ['<u8', BigUint64Array.of(1n, 9007199254740991n), [1, 9007199254740991]],
    ['<i8', BigInt64Array.of(-5n, 7n), [-5, 7]],
    ['<f4', Float32Array.of(0.5, -1), [0.5, -1]],
    ['<f8', Float64Array.of(0.1, 1e300), [0.1, 1e300]],
  ];
  for (const [descr, values, expected] of cases) {
    const array = parseNpy(npyOf(descr, [2], bytesOf(values)), descr);
    assert.deepEqual(array.shape, [2]);
    assert.deepEqual([...array.data], expected, descr);
  }
});

test('reads big-endian elements', () => {
  assert.deepEqual([...parseNpy(npyOf('>u2', [2], Uint8Array.of(1, 2, 0, 5)), 'a').data], [258, 5]);
  assert.deepEqual([...parseNpy(npyOf('>i4', [1], Uint8Array.of(255, 255, 255, 254)), 'a').data], [-2]);
  const half = Buffer.alloc(8);
  half.writeDoubleBE(0.5);
  assert.deepEqual([...parseNpy(npyOf('>f8', [1], half), 'a').data], [0.5]);
});

test('reorders column-major elements', () => {
  // The rows (0 1 2), (3 4 5), stored column by column.
  const array = parseNpy(npyOf('|u1', [2, 3], Uint8Array.of(0, 3, 1, 4, 2, 5), true), 'a');
  assert.deepEqual([...array.data], [0, 1, 2, 3, 4, 5]);
  // Element (i, j, k) of a [2, 3, 4] array has the value 100 i + 10 j + k.
  const columnMajor = Uint8Array.from({ length: 24 }, (_, n) => {
    const [i, j, k] = [n % 2, Math.floor(n / 2) % 3, Math.floor(n / 6)];
    return 100 * i + 10 * j + k;
  });
  const rowMajor = Array.from(
    { length: 24 },
    (_, n) => 100 * Math.floor(n / 12) + 10 * (Math.floor(n / 4) % 3) + (n % 4),
  );
  assert.deepEqual([...parseNpy(npyOf('|u1', [2, 3, 4], columnMajor, true), 'a').data], rowMajor);
});

test('reads scalars, empty arrays, and headers of versions 1 to 3 and of Python 2', () => {
  assert.deepEqual(parseNpy(npyOf('<f4', [], bytesOf(Float32Array.of(2))), 'a').shape, []);
  assert.equal(parseNpy(npyOf('<f4', [0, 3], new Uint8Array(0)), 'a').data.length, 0);
  const text = "{'descr': '|u1', 'fortran_order': False, 'shape': (3L,), }\n";
  for (const version of [2, 3]) {
    const prefix = Buffer.from([0x93, ...Buffer.from('NUMPY'), version, 0, text.length, 0, 0, 0]);
    const bytes = Buffer.concat([prefix, Buffer.from(text), Buffer.from([7, 8, 9])]);
    assert.deepEqual([...parseNpy(bytes, 'a').data], [7, 8, 9]);
  }
});

test('what is written reads back, with the data at a multiple of 64', () => {
  for (const shape of [[], [5], [2, 3], [1, 28, 28], [2, 3, 4, 5, 6]]) {
    const size = shape.reduce((a, b) => a * b, 1);
    const tensor = floatTensor(shape, Float32Array.from(normals(randomKey(size), size)));
    const bytes = writeNpy(tensor);
    assert.equal(parseNpyHeader(bytes, 'a').dataOffset % 64, 0);
    const array = parseNpy(bytes, 'a');
    assert.deepEqual(array.shape, shape);
    assert.deepEqual(array.data, tensor.data);
  }
  assert.throws(() => writeNpy(intTensor([1], [1])), RangeError);
});

test('a file cut anywhere is a broken array', async () => {
  const bytes = npyOf('<f4', [3, 2], bytesOf(Float32Array.of(1, 2, 3, 4, 5, 6)));
  for (let kept = 0; kept < bytes.length; kept++) {
    await assertFails(
      () => parseNpy(bytes.subarray(0, kept), 'x.npy'),
      'archive/corrupt',
      /array x\.npy is broken/,
    );
  }
  await assertFails(
    () => parseNpy(Buffer.concat([bytes, Buffer.of(0)]), 'x.npy'),
    'archive/corrupt',
    /25 bytes .* 24/,
  );
});

test('pickled objects and other element types are refused', async () => {
  for (const [descr, message] of [
    ['|O', /pickled Python objects/],
    ['<c8', /element type <c8/],
    ['<U5', /element type <U5/],
    ['<f2', /element type <f2/],
  ] as const) {
    await assertFails(
      () => parseNpy(npyOf(descr, [1], new Uint8Array(8)), 'a'),
      'archive/unsupported',
      message,
    );
  }
  const structured = "{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,), }\n";
  const prefix = Buffer.from([0x93, ...Buffer.from('NUMPY'), 1, 0, structured.length, 0]);
  const bytes = Buffer.concat([prefix, Buffer.from(structured), Buffer.alloc(4)]);
  await assertFails(() => parseNpy(bytes, 'a'), 'archive/unsupported', /structured array/);
  const huge = npyOf('<i8', [1], bytesOf(BigInt64Array.of(2n ** 60n)));
  await assertFails(() => parseNpy(huge, 'a'), 'archive/unsupported', /beyond 2\^53/);
});

test('a shape that overflows is refused before anything is allocated', async () => {
  const bytes = npyOf('<f8', [2 ** 40, 2 ** 40], new Uint8Array(8));
  await assertFails(() => parseNpy(bytes, 'a'), 'archive/corrupt', /too large/);
});

test('NumPy’s own pickled array is refused', { skip: skipWithout('hostile/py3-objarr.npy') }, async () => {
  const bytes = await readFile(path.join(SHARED_DATA, 'hostile/py3-objarr.npy'));
  await assertFails(() => parseNpy(bytes, 'py3-objarr.npy'), 'archive/unsupported', /never opened/);
});
