import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import sharp from 'sharp';
import { isImagePath } from '../../../src/data/imageFiles.ts';
import { Library } from '../../../src/jobs/library/library.ts';
import { TsyndError } from '../../../src/protocol/errors.ts';
import { assertFails, SHARED_DATA, skipWithout } from '../../data/helpers.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

const folder = temporaryFolder();
const library = new Library();
const readFile = (file: string) => library.readImage({ image: { kind: 'file', path: file } });

function fileWith(name: string, bytes: Uint8Array): string {
  const file = path.join(folder, name);
  writeFileSync(file, bytes);
  return file;
}

describe('an image file', () => {
  test('comes at its own size, grey with one channel', async () => {
    const pixels = Uint8Array.from({ length: 5 * 3 }, (_, index) => 10 * index);
    const image = sharp(pixels, { raw: { width: 5, height: 3, channels: 1 } }).toColourspace('b-w');
    const file = fileWith('grey.png', await image.png().toBuffer());
    assert.deepEqual(await readFile(file), {
      ...{ pixels, width: 5, height: 3, channels: 1, bitDepth: 8, format: 'png' },
      sizeBytes: statSync(file).size,
    });
  });

  test('in colour is interleaved, and transparency lies over black', async () => {
    const pixels = Uint8Array.of(200, 100, 50, 255, 200, 100, 50, 0);
    const image = sharp(pixels, { raw: { width: 2, height: 1, channels: 4 } });
    const { pixels: read, channels } = await readFile(fileWith('clear.png', await image.png().toBuffer()));
    assert.deepEqual([[...read], channels], [[200, 100, 50, 0, 0, 0], 3]);
  });

  test('of 16 bits keeps them', async () => {
    const pixels = Uint16Array.of(0, 1000, 40000, 65535);
    const image = sharp(pixels, { raw: { width: 4, height: 1, channels: 1 } }).toColourspace('grey16');
    const read = await readFile(fileWith('deep.png', await image.png().toBuffer()));
    assert.deepEqual([read.pixels, read.bitDepth, read.width], [pixels, 16, 4]);
  });

  test('is turned upright', async () => {
    const pixels = Uint8Array.of(10, 20, 30, 40, 50, 60);
    const image = sharp(pixels, { raw: { width: 3, height: 2, channels: 1 } }).toColourspace('b-w');
    const bytes = await image.withMetadata({ orientation: 6 }).tiff({ compression: 'none' }).toBuffer();
    const read = await readFile(fileWith('turned.tif', bytes));
    assert.deepEqual([read.width, read.height, [...read.pixels]], [2, 3, [40, 10, 50, 20, 60, 30]]);
  });

  test('of grey floats from 0 to 1 is scaled to 16 bits, other floats are refused', async () => {
    const read = await readFile(fileWith('float.tif', floatTiff([0, 0.25, 0.5, 1])));
    assert.deepEqual([...read.pixels], [0, 16384, 32768, 65535]);
    assert.deepEqual([read.bitDepth, read.channels, read.width, read.height], [16, 1, 2, 2]);
    for (const [name, values, problem] of [
      ['wide.tif', [0, 300, 0.5, 1], /it holds the float 300, where floats from 0 to 1 are read/],
      ['nan.tif', [0, NaN, 0.5, 1], /it holds the float NaN/],
    ] as const) {
      await assertFails(() => readFile(fileWith(name, floatTiff(values))), 'image/unreadable', problem);
    }
  });

  test('that is none is refused with the reason', async () => {
    mkdirSync(path.join(folder, 'folder.png'));
    const cases: readonly (readonly [string, RegExp])[] = [
      [path.join(folder, 'none.png'), /none\.png cannot be read: it is not there\.$/],
      [fileWith('empty.png', Buffer.alloc(0)), /empty\.png cannot be read: it is empty\.$/],
      [fileWith('text.png', Buffer.from('hello')), /text\.png cannot be read: /],
      [
        fileWith('notes.txt', Buffer.from('hello')),
        /notes\.txt is not a PNG, JPEG, WebP, TIFF or BMP file\.$/,
      ],
      [path.join(folder, 'folder.png'), /folder\.png cannot be read: it is a folder\.$/],
    ];
    for (const [file, message] of cases) await assertFails(() => readFile(file), 'image/unreadable', message);
  });
});

test('each hostile file is a picture or one clear sentence', { skip: skipWithout('hostile') }, async () => {
  const hostile = path.join(SHARED_DATA, 'hostile');
  const read: string[] = [];
  for (const name of existsSync(hostile) ? readdirSync(hostile) : []) {
    if (!isImagePath(name)) continue;
    try {
      const { pixels, width, height, channels } = await readFile(path.join(hostile, name));
      assert.equal(pixels.length, width * height * channels, name);
      read.push(name);
    } catch (error) {
      assert.ok(error instanceof TsyndError, `${name}: ${String(error)}`);
      assert.equal(error.code, 'image/unreadable');
      assert.match(error.message, /cannot be read: [^\n]+\.$/, name);
    }
  }
  for (const name of ['16bit.deflate.tif', 'hopper_orientation_6.jpg', 'pil_sample_cmyk.jpg']) {
    assert.ok(read.includes(name), `${name} is a picture`);
  }
  assert.ok(!read.includes('truncated_image.png'));
});

/** A TIFF file of 2 x 2 grey floats, uncompressed, little-endian. */
function floatTiff(values: readonly number[]): Buffer {
  const [SHORT, LONG] = [3, 4];
  const tags: readonly (readonly [tag: number, type: number, value: number])[] = [
    [256, SHORT, 2], // width
    [257, SHORT, 2], // height
    [258, SHORT, 32], // bits a sample
    [259, SHORT, 1], // no compression
    [262, SHORT, 1], // black is zero
    [273, LONG, 256], // where the pixels begin
    [277, SHORT, 1], // samples a pixel
    [278, SHORT, 2], // rows a strip
    [279, LONG, 16], // bytes of the strip
    [339, SHORT, 3], // IEEE floats
  ];
  const bytes = Buffer.alloc(256 + 16);
  bytes.write('II*\0', 0, 'latin1');
  bytes.writeUInt32LE(8, 4);
  bytes.writeUInt16LE(tags.length, 8);
  for (const [index, [tag, type, value]] of tags.entries()) {
    const entry = 10 + 12 * index;
    bytes.writeUInt16LE(tag, entry);
    bytes.writeUInt16LE(type, entry + 2);
    bytes.writeUInt32LE(1, entry + 4);
    bytes.writeUInt32LE(value, entry + 8);
  }
  values.forEach((value, index) => bytes.writeFloatLE(value, 256 + 4 * index));
  return bytes;
}
