import assert from 'node:assert/strict';
import { test } from 'node:test';

import { decodeBmp, isBmp } from '../../src/data/bmp.ts';
import { decodeImage } from '../../src/data/decodeImage.ts';

interface BmpInput {
  readonly width: number;
  /** Negative for rows from the top. */
  readonly height: number;
  readonly bits: number;
  /** Rows as stored, padded to 4 bytes here. */
  readonly rows: readonly (readonly number[])[];
  /** Blue, green, red. */
  readonly palette?: readonly (readonly [number, number, number])[];
  readonly compression?: number;
}

function bmpOf({ width, height, bits, rows, palette = [], compression = 0 }: BmpInput): Buffer {
  const colours = Buffer.from(palette.flatMap((colour) => [...colour, 0]));
  const padded = rows.map((row) =>
    Buffer.concat([Buffer.from(row), Buffer.alloc((4 - (row.length % 4)) % 4)]),
  );
  const header = Buffer.alloc(54);
  header.write('BM', 'latin1');
  header.writeUInt32LE(54 + colours.length, 10);
  header.writeUInt32LE(40, 14);
  header.writeInt32LE(width, 18);
  header.writeInt32LE(height, 22);
  header.writeUInt16LE(1, 26);
  header.writeUInt16LE(bits, 28);
  header.writeUInt32LE(compression, 30);
  header.writeUInt32LE(palette.length, 46);
  return Buffer.concat([header, colours, ...padded]);
}

const LIMIT = 1000;

test('24 bits: blue, green, red, rows from the bottom, padded', () => {
  const bytes = bmpOf({
    width: 1,
    height: 2,
    bits: 24,
    rows: [
      [1, 2, 3],
      [4, 5, 6],
    ],
  });
  assert.deepEqual(decodeBmp(bytes, LIMIT), { width: 1, height: 2, data: Uint8Array.of(6, 5, 4, 3, 2, 1) });
});

test('32 bits: alpha is ignored; a negative height means rows from the top', () => {
  const bytes = bmpOf({
    width: 1,
    height: -2,
    bits: 32,
    rows: [
      [1, 2, 3, 0],
      [4, 5, 6, 99],
    ],
  });
  assert.deepEqual([...decodeBmp(bytes, LIMIT).data], [3, 2, 1, 6, 5, 4]);
});

test('1, 4 and 8 bits with a palette', () => {
  const palette = [
    [0, 0, 0],
    [10, 20, 30],
  ] as const;
  const expected = [0, 0, 0, 30, 20, 10, 30, 20, 10];
  for (const [bits, row] of [
    [1, [0b01100000]],
    [4, [0x01, 0x10]],
    [8, [0, 1, 1]],
  ] as const) {
    const bytes = bmpOf({ width: 3, height: 1, bits, rows: [row], palette });
    assert.deepEqual([...decodeBmp(bytes, LIMIT).data], expected, `${bits} bits`);
  }
});

test('torn, compressed and oversized bitmaps are refused with a reason', () => {
  const good: BmpInput = {
    width: 2,
    height: 1,
    bits: 8,
    rows: [[0, 1]],
    palette: [
      [0, 0, 0],
      [9, 9, 9],
    ],
  };
  const bytes = bmpOf(good);
  assert.ok(isBmp(bytes));
  for (let kept = 0; kept < bytes.length; kept++) {
    assert.throws(() => decodeBmp(bytes.subarray(0, kept), LIMIT), RangeError, `${kept} bytes`);
  }
  const cases: readonly (readonly [Partial<BmpInput>, RegExp])[] = [
    [{ compression: 1 }, /compression 1/],
    [{ bits: 16 }, /16 bits/],
    [{ width: 0 }, /size of 0 x 1/],
    [{ width: 100_000, height: 100_000 }, /more than 1000 pixels/],
    [{ rows: [[0, 2]] }, /outside its palette/],
  ];
  for (const [change, message] of cases) {
    assert.throws(() => decodeBmp(bmpOf({ ...good, ...change }), LIMIT), message);
  }
});

test('a bitmap is decoded like any other image', async () => {
  const rows = Array.from({ length: 4 }, () => [0, 0, 0, 80, 80, 80, 160, 160, 160, 240, 240, 240]);
  const image = await decodeImage(bmpOf({ width: 4, height: 4, bits: 24, rows }), 4);
  assert.equal(image.channels, 1);
  assert.deepEqual([...image.pixels.subarray(0, 4)], [0, 80, 160, 240]);
});
