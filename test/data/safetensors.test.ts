import assert from 'node:assert/strict';
import { readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';

import {
  decodeSafetensors,
  encodeSafetensors,
  readSafetensors,
  writeSafetensors,
} from '../../src/data/safetensors.ts';
import { deriveKey, integers, normals, randomKey } from '../../src/engine/random.ts';
import { boolTensor, floatTensor, intTensor, sizeOf, type HostTensor } from '../../src/engine/tensor.ts';
import { TsyndError, type ErrorCode } from '../../src/protocol/errors.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';

const FILE = 'weights.safetensors';

/** A file of this header and these values, as another program would write it. */
function fileOf(header: unknown, values: ArrayLike<number>): Uint8Array {
  const json = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
  const bytes = Buffer.alloc(8 + json.length + values.length);
  bytes.writeBigUInt64LE(BigInt(json.length));
  json.copy(bytes, 8);
  bytes.set(values, 8 + json.length);
  return bytes;
}

function assertRefused(bytes: Uint8Array, code: ErrorCode, message: RegExp): void {
  assert.throws(
    () => decodeSafetensors(bytes, FILE),
    (error) => {
      assert.ok(error instanceof TsyndError, String(error));
      assert.equal(error.code, code);
      assert.match(error.message, message);
      assert.ok(error.message.startsWith(FILE));
      assert.ok(error.remedy);
      return true;
    },
  );
}

/** A tensor of random type, rank 0 to 4 and sizes 0 to 4. */
function randomTensor(seed: number): HostTensor {
  const key = randomKey(seed);
  const [kind, rank] = integers(deriveKey(key, 'kind'), 2, 4 * 5);
  const shape = [...integers(deriveKey(key, 'shape'), rank % 5, 5)];
  const values = normals(deriveKey(key, 'values'), sizeOf(shape));
  if (kind % 4 === 0) return floatTensor(shape, Float32Array.from(values));
  if (kind % 4 === 1) return floatTensor(shape, values);
  if (kind % 4 === 2)
    return intTensor(
      shape,
      Int32Array.from(values, (value) => value * 2 ** 28),
    );
  return boolTensor(
    shape,
    Array.from(values, (value) => value > 0),
  );
}

describe('encodeSafetensors', () => {
  test('writes the bytes that the format prescribes', () => {
    const tensors = new Map([
      ['b', floatTensor([2], [1, -2])],
      ['a', intTensor([], [7])],
    ]);
    const bytes = encodeSafetensors(tensors, { format: 'pt' });
    const header =
      '{"__metadata__":{"format":"pt"},"b":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},' +
      '"a":{"dtype":"I32","shape":[],"data_offsets":[8,12]}}';
    const padded = header.padEnd(Math.ceil(header.length / 8) * 8);
    const values = [0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0, 7, 0, 0, 0];
    assert.deepEqual(bytes, new Uint8Array([...fileOf(padded, values)]));
  });

  test('what is written is read back, in order, for random tensors of all types', () => {
    const names = ['10', '2', 'conv1.weight', 'ünï', 'a"b\\', '__proto', ''];
    for (let seed = 0; seed < 60; seed++) {
      const tensors = new Map(names.map((name, index) => [name, randomTensor(seed * names.length + index)]));
      const decoded = decodeSafetensors(encodeSafetensors(tensors, { seed: String(seed) }), FILE);
      // Tensors without values lie where the next one begins, and may trade places with each other.
      const hasValues = ([, { data }]: [string, HostTensor]): boolean => data.length > 0;
      assert.deepEqual([...decoded.tensors].filter(hasValues), [...tensors].filter(hasValues));
      assert.deepEqual(new Map([...decoded.tensors].sort()), new Map([...tensors].sort()));
      assert.deepEqual(decoded.metadata, { seed: String(seed) });
    }
  });

  test('the same tensors give the same bytes, another order gives others', () => {
    const entries: [string, HostTensor][] = [
      ['x', floatTensor([3], [1, 2, 3])],
      ['y', floatTensor([1], Float64Array.of(Math.PI))],
    ];
    assert.deepEqual(encodeSafetensors(new Map(entries)), encodeSafetensors(new Map(entries)));
    assert.notDeepEqual(encodeSafetensors(new Map(entries)), encodeSafetensors(new Map(entries.reverse())));
  });

  test('refuses tensors whose values do not fill their shape, and the reserved name', () => {
    const short: HostTensor = { dtype: 'float32', shape: [2, 2], data: new Float32Array(3) };
    assert.throws(() => encodeSafetensors(new Map([['w', short]])), /w has 3 values for shape \[2, 2\]/);
    assert.throws(() => encodeSafetensors(new Map([['__metadata__', floatTensor([1], 0)]])), RangeError);
  });
});

describe('decodeSafetensors', () => {
  test('reads I64, U8 and BOOL, at offsets that are not aligned', () => {
    const header = {
      flag: { dtype: 'BOOL', shape: [1], data_offsets: [0, 1] },
      count: { dtype: 'I64', shape: [2], data_offsets: [1, 17] },
      pixel: { dtype: 'U8', shape: [2], data_offsets: [17, 19] },
    };
    const values = [1, ...[5, 0, 0, 0, 0, 0, 0, 0], ...new Array<number>(8).fill(255), 200, 3];
    assert.deepEqual(
      decodeSafetensors(fileOf(header, values), FILE).tensors,
      new Map([
        ['flag', boolTensor([1], [true])],
        ['count', intTensor([2], [5, -1])],
        ['pixel', intTensor([2], [200, 3])],
      ]),
    );
  });

  test('the values are copies', () => {
    const bytes = Buffer.from(encodeSafetensors(new Map([['w', floatTensor([1], [3])]])));
    const tensor = decodeSafetensors(bytes, FILE).tensors.get('w');
    bytes.fill(0);
    assert.deepEqual(tensor?.data, Float32Array.of(3));
    assert.equal(tensor.data.buffer.byteLength, 4);
  });

  test('every truncated file is refused', () => {
    const bytes = encodeSafetensors(new Map([['weight', floatTensor([2, 2], [1, 2, 3, 4])]]), { note: 'x' });
    for (let length = 0; length < bytes.length; length++) {
      assertRefused(bytes.subarray(0, length), 'run/corrupt', /bytes|header/);
    }
    assertRefused(Buffer.concat([bytes, Buffer.alloc(1)]), 'run/corrupt', /need 16 bytes, but 17 are there/);
  });

  test('no changed byte of the header crashes the reader', () => {
    const bytes = encodeSafetensors(new Map([['weight', floatTensor([2, 2], [1, 2, 3, 4])]]));
    const changes = integers(randomKey(5), 2000, 256);
    for (const [step, value] of changes.entries()) {
      const changed = bytes.slice();
      changed[step % (bytes.length - 16)] = value;
      try {
        decodeSafetensors(changed, FILE);
      } catch (error) {
        assert.ok(error instanceof TsyndError, String(error));
      }
    }
  });

  test('headers that contradict themselves are refused with the reason', () => {
    const f32 = (begin: number, end: number, shape = [1]): object => ({
      dtype: 'F32',
      shape,
      data_offsets: [begin, end],
    });
    const zeros = new Uint8Array(8);
    const cases: [unknown, RegExp][] = [
      [{ a: f32(0, 4), b: f32(2, 6) }, /b begins at byte 2, not 4, and so overlaps/],
      [{ a: f32(0, 4), b: f32(0, 4) }, /b begins at byte 0, not 4, and so overlaps/],
      [{ b: f32(4, 8) }, /b begins at byte 4, not 0, and so leaves a gap/],
      [{ a: f32(0, 8) }, /a has 8 bytes where F32 \[1\] needs 4/],
      [{ a: f32(0, 12, [3]) }, /need 12 bytes, but 8 are there/],
      [{ a: f32(0, 4) }, /need 4 bytes, but 8 are there/],
      [{ a: f32(8, 0, [2]) }, /a begins at byte 8/],
      [{ a: f32(0, 8, [-2]) }, /header cannot be read/],
      [{ a: f32(0, 8, [2.5]) }, /header cannot be read/],
      [{ a: { dtype: 'F32', shape: [2] } }, /header cannot be read/],
      [{ __metadata__: { epoch: 3 }, a: f32(0, 8, [2]) }, /header cannot be read/],
      ['[]', /header cannot be read/],
      ['{"a": ', /header cannot be read/],
      ['"\u0000"', /header cannot be read/],
    ];
    for (const [header, message] of cases) assertRefused(fileOf(header, zeros), 'run/corrupt', message);
  });

  test('half precision is widened without a loss', () => {
    const half = (dtype: string): object => ({ w: { dtype, shape: [6], data_offsets: [0, 12] } });
    // 1, -2, the largest, the smallest positive one, minus zero, infinity.
    const binary16 = [0x00, 0x3c, 0x00, 0xc0, 0xff, 0x7b, 0x01, 0x00, 0x00, 0x80, 0x00, 0x7c];
    const found = decodeSafetensors(fileOf(half('F16'), binary16), FILE).tensors.get('w');
    assert.deepEqual([...(found?.data ?? [])], [1, -2, 65504, 2 ** -24, -0, Infinity]);
    assert.equal(found?.dtype, 'float32');
    const bfloat16 = [0x80, 0x3f, 0x00, 0xc0, 0x40, 0x40, 0x01, 0x00, 0x00, 0x80, 0xc0, 0x7f];
    const brain = decodeSafetensors(fileOf(half('BF16'), bfloat16), FILE).tensors.get('w');
    assert.deepEqual([...(brain?.data ?? [])], [1, -2, 3, Math.fround(2 ** -133), -0, NaN]);
  });

  test('types and values that cannot be held are refused by name', () => {
    const one = (dtype: string, bytes: number): object => ({
      w: { dtype, shape: [1], data_offsets: [0, bytes] },
    });
    assertRefused(fileOf(one('F8_E4M3', 1), [0]), 'archive/unsupported', /w has the element type F8_E4M3/);
    assertRefused(
      fileOf(one('I64', 8), [0, 0, 0, 0, 1, 0, 0, 0]),
      'archive/unsupported',
      /w holds 4294967296 at 0, which does not fit into 32 bits/,
    );
    assertRefused(fileOf(one('BOOL', 1), [2]), 'archive/unsupported', /w holds 2 at 0/);
  });
});

describe('files', () => {
  const folder = temporaryFolder();

  test('are written and read back, with nothing left beside them', async () => {
    const file = path.join(folder, 'written.safetensors');
    const tensors = new Map([['w', floatTensor([2], [0.1, 0.2])]]);
    await writeSafetensors(file, tensors, { epoch: '3' });
    assert.deepEqual(await readSafetensors(file), { tensors, metadata: { epoch: '3' } });
    assert.deepEqual(readdirSync(folder), ['written.safetensors']);
  });

  test('that are missing or damaged end in an error that names them', async () => {
    const missing = path.join(folder, 'missing.safetensors');
    await assert.rejects(readSafetensors(missing), {
      code: 'run/not-found',
      message: `There is no file ${missing}.`,
    });
    const damaged = path.join(folder, 'damaged.safetensors');
    writeFileSync(damaged, 'not a checkpoint');
    await assert.rejects(readSafetensors(damaged), { code: 'run/corrupt' });
    await assert.rejects(readSafetensors(folder), { code: 'run/corrupt' });
  });
});
