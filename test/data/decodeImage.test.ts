import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';

import sharp, { type Sharp } from 'sharp';

import { decodeImage } from '../../src/data/decodeImage.ts';
import { applyOrientation, legacyPngOrientation } from '../../src/data/orientation.ts';
import { SHARED_DATA, skipWithout } from './helpers.ts';

/** A grey ramp from black at the left to white at the right. */
function ramp(width: number, height: number): Sharp {
  const pixels = Uint8Array.from({ length: width * height }, (_, i) =>
    Math.round((255 * (i % width)) / (width - 1)),
  );
  return sharp(pixels, { raw: { width, height, channels: 1 } }).toColourspace('b-w');
}

const readHostile = (name: string): Promise<Buffer> => readFile(path.join(SHARED_DATA, 'hostile', name));

const meanOf = (values: ArrayLike<number>): number =>
  Array.from(values).reduce((a, b) => a + b, 0) / values.length;

test('every lossless format gives the same pixels', async () => {
  const expected = await decodeImage(await ramp(16, 16).png().toBuffer(), 16);
  assert.equal(expected.channels, 1);
  assert.deepEqual([...expected.pixels.subarray(0, 3)], [0, 17, 34]);
  for (const image of [ramp(16, 16).tiff({ compression: 'lzw' }), ramp(16, 16).webp({ lossless: true })]) {
    assert.deepEqual(await decodeImage(await image.toBuffer(), 16), expected);
  }
  const jpeg = await decodeImage(await ramp(16, 16).jpeg({ quality: 100 }).toBuffer(), 16);
  assert.equal(jpeg.channels, 1);
  jpeg.pixels.forEach((value, index) => assert.ok(Math.abs(value - expected.pixels[index]) <= 2));
});

test('colour is planar, transparency lies over black', async () => {
  const pixels = Uint8Array.of(200, 100, 50, 255, 200, 100, 50, 0, 200, 100, 50, 128, 0, 0, 0, 255);
  const bytes = await sharp(pixels, { raw: { width: 2, height: 2, channels: 4 } })
    .png()
    .toBuffer();
  const image = await decodeImage(bytes, 2);
  assert.equal(image.channels, 3);
  assert.deepEqual([...image.pixels], [200, 0, 100, 0, 100, 0, 50, 0, 50, 0, 25, 0]);
});

test('16-bit files keep 16 bits', async () => {
  const pixels = Uint16Array.of(0, 1000, 40000, 65535);
  const grey16 = sharp(pixels, { raw: { width: 2, height: 2, channels: 1 } }).toColourspace('grey16');
  const image = await decodeImage(await grey16.png().toBuffer(), 2);
  assert.deepEqual(image, { channels: 1, pixels, storedSize: [2, 2] });
});

test('nearly square images are stretched, others get black bars', async () => {
  const white = (width: number, height: number): Promise<Buffer> =>
    sharp({ create: { width, height, channels: 3, background: '#ffffff' } })
      .png()
      .toBuffer();
  const stretched = await decodeImage(await white(102, 100), 20);
  assert.ok(stretched.pixels.every((value) => value === 255));
  const barred = await decodeImage(await white(200, 100), 20);
  assert.ok(Math.abs(meanOf(barred.pixels) - 127.5) < 1);
  assert.deepEqual([barred.pixels[0], barred.pixels[10 * 20 + 10]], [0, 255]);
});

test('shrinking averages: fine stripes become grey', async () => {
  const stripes = Uint8Array.from({ length: 256 * 256 }, (_, index) => (index % 2 === 0 ? 0 : 255));
  const bytes = await sharp(stripes, { raw: { width: 256, height: 256, channels: 1 } })
    .png()
    .toBuffer();
  const image = await decodeImage(bytes, 28);
  assert.ok(image.pixels.every((value) => Math.abs(value - 127.5) < 6));
});

test('EXIF orientation is applied, and ours agrees with libvips for all eight', async () => {
  const pixels = Uint8Array.from({ length: 3 * 12 }, (_, index) => 7 * index);
  const raw = { raw: { width: 4, height: 3, channels: 3 } } as const;
  for (let orientation = 1; orientation <= 8; orientation++) {
    const tagged = await sharp(pixels, raw)
      .withMetadata({ orientation })
      .tiff({ compression: 'none' })
      .toBuffer();
    const expected = await sharp(tagged)
      .autoOrient()
      .resize(12, 12, { fit: 'fill', kernel: 'nearest' })
      .raw()
      .toBuffer();
    const actual = await applyOrientation(sharp(pixels, raw), orientation)
      .resize(12, 12, { fit: 'fill', kernel: 'nearest' })
      .raw()
      .toBuffer();
    assert.deepEqual(actual, expected, `orientation ${orientation}`);
  }
});

test('the orientation in ImageMagick’s text chunk is found, torn chunks are ignored', () => {
  const text = '\nexif\n      32\n4578696600004d4d002a00000008000101120003000000010003000000000000\n';
  const commentOf = (value: string) => [{ keyword: 'Raw profile type exif', text: value }];
  assert.equal(legacyPngOrientation(commentOf(text)), 3);
  assert.equal(legacyPngOrientation([]), 1);
  for (let kept = 0; kept < text.length; kept++) {
    assert.ok([1, 3].includes(legacyPngOrientation(commentOf(text.slice(0, kept)))), `${kept} characters`);
  }
});

test('what is not an image is refused with a reason', async () => {
  const png = await ramp(64, 64).png().toBuffer();
  const cases: readonly Buffer[] = [
    Buffer.from('hello'),
    Buffer.alloc(0),
    png.subarray(0, 40),
    png.subarray(0, -200),
  ];
  for (const bytes of cases) await assert.rejects(decodeImage(bytes, 28), /\S/);
});

test('a picture of more than 100 million pixels is refused before it is unpacked', async () => {
  const side = 10_100;
  const bomb = await sharp({ create: { width: side, height: side, channels: 3, background: '#000000' } })
    .png({ compressionLevel: 1, palette: true, colours: 2 })
    .toBuffer();
  assert.ok(bomb.length < 1_000_000);
  await assert.rejects(decodeImage(bomb, 28), /pixel limit/);
});

test(
  'the broken images are refused, the odd ones read',
  { skip: skipWithout('hostile/broken.png') },
  async () => {
    for (const name of [
      'broken.png',
      'broken_data_stream.png',
      'truncated_image.png',
      'truncated_jpeg.jpg',
    ]) {
      await assert.rejects(decodeImage(await readHostile(name), 28), /\S/, name);
    }
    const readable: readonly (readonly [string, 1 | 3, 8 | 16])[] = [
      ['12in16bit.tif', 1, 16],
      ['16bit.deflate.tif', 1, 16],
      ['tiff_16bit_RGB.tiff', 3, 16],
      ['pil_sample_cmyk.jpg', 3, 8],
      ['hopper_gray.jpg', 1, 8],
      ['png_decompression_dos.png', 1, 8],
    ];
    for (const [name, channels, bits] of readable) {
      const image = await decodeImage(await readHostile(name), 28);
      assert.equal(image.channels, channels, name);
      assert.equal(image.pixels.BYTES_PER_ELEMENT * 8, bits, name);
    }
  },
);

test('rotated images come upright', { skip: skipWithout('hostile/hopper_orientation_6.jpg') }, async () => {
  const upright = await decodeImage(await readHostile('hopper_gray.jpg'), 28);
  const turned = await decodeImage(await readHostile('hopper_orientation_6.jpg'), 28);
  const area = 28 * 28;
  const grey = Float64Array.from({ length: area }, (_, i) => {
    const [red, green, blue] = [0, 1, 2].map((channel) => turned.pixels[channel * area + i]);
    return 0.299 * red + 0.587 * green + 0.114 * blue;
  });
  assert.ok(meanOf(grey.map((value, i) => Math.abs(value - upright.pixels[i]))) < 6);
  const legacy = await readHostile('exif_imagemagick_orientation.png');
  const turnedLegacy = await decodeImage(legacy, 32);
  const asStored = await sharp(legacy)
    .rotate(180)
    .resize(32, 32, { kernel: 'cubic', fit: 'fill' })
    .raw()
    .toBuffer();
  const reds = Float64Array.from({ length: 32 * 32 }, (_, i) =>
    Math.abs(turnedLegacy.pixels[i] - asStored[3 * i]),
  );
  assert.ok(meanOf(reds) < 1);
});
