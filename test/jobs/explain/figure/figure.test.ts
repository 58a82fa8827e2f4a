import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import sharp from 'sharp';
import { drawFigure, type Figure } from '../../../../src/jobs/explain/figure/figureSheet.ts';
import {
  absolutePicture,
  imagePicture,
  overlayPicture,
  SALIENCY_SCALE,
  signedPicture,
} from '../../../../src/jobs/explain/figure/mapPictures.ts';
import { pixelTextPath, pixelTextWidth } from '../../../../src/jobs/explain/figure/pixelFont.ts';
import { temporaryFolder } from '../../../support/temporaryFolder.ts';

const folder = temporaryFolder();
const SIDE = 4;
const image = { values: new Float32Array(SIDE ** 2).fill(0.5), channels: 1, side: SIDE } as const;

describe('pictures of maps', () => {
  test('an image is as bright as its values', () => {
    assert.deepEqual(
      imagePicture({ ...image, values: [0, 1, 0.5, 0.2], side: 2 }).pixels,
      Uint8Array.of(0, 255, 128, 51),
    );
    const colour = imagePicture({ values: [1, 0, 0.2], channels: 3, side: 1 });
    assert.deepEqual(colour.pixels, Uint8Array.of(255, 0, 51));
  });

  test('no difference is white when signed and the darkest colour when absolute; the signs differ', () => {
    const pixelsOf = (value: number, picture: typeof signedPicture): number[] => [
      ...picture(Float32Array.of(value), 1, 0.5).pixels,
    ];
    assert.deepEqual(pixelsOf(0, signedPicture), [247, 247, 247]);
    const [more, less] = [pixelsOf(0.5, signedPicture), pixelsOf(-0.5, signedPicture)];
    assert.ok(more[0] > more[2] && less[2] > less[0], 'orange is more, blue is less');
    assert.deepEqual(pixelsOf(0.25, absolutePicture), pixelsOf(-0.25, absolutePicture));
    assert.notDeepEqual(pixelsOf(0.25, absolutePicture), pixelsOf(0.5, absolutePicture));
  });

  test('an overlay is brighter where the map is', () => {
    const { pixels, channels } = overlayPicture(
      { ...image, values: [0.5, 0.5, 0.5, 0.5], side: 2 },
      Float32Array.of(0, 0.5, 0.9, 1),
    );
    const sums = Array.from({ length: 4 }, (_, i) => pixels[3 * i] + pixels[3 * i + 1] + pixels[3 * i + 2]);
    assert.equal(channels, 3);
    assert.deepEqual(
      [...sums].sort((a, b) => a - b),
      sums,
    );
    assert.ok(sums[3] > sums[0]);
  });
});

const RED = imagePicture({
  values: Float32Array.from({ length: 3 * SIDE ** 2 }, (_, index) => Number(index < SIDE ** 2)),
  channels: 3,
  side: SIDE,
});
const figure = (title: string): Figure => ({
  headings: [title, 'a second line'],
  columns: [{ title: 'Image', subtitle: 'x' }],
  rows: [
    {
      title: 'one & <two>',
      subtitle: 'benign',
      cells: [{ picture: RED, captions: ['a', 'b'] }],
    },
  ],
  bars: [{ title: 'bar', scale: SALIENCY_SCALE, ends: ['0', '1'] }],
  notes: ['note'],
});

test('a figure is a PNG file whose cells are whole multiples of the pixels', async () => {
  const png = await drawFigure(figure('A figure'));
  const { data, info } = await sharp(png).raw().toBuffer({ resolveWithObject: true });
  assert.ok(info.width >= 700 && info.height > 200);
  let red = 0;
  for (let i = 0; i < data.length; i += 3)
    red += Number(data[i] === 255 && data[i + 1] === 0 && data[i + 2] === 0);
  assert.equal(red, (Math.round(144 / SIDE) * SIDE) ** 2);
});

test('text is drawn with and without fonts, and differs from text to text', async () => {
  const dark = async (png: Buffer): Promise<number> =>
    (await readGrey(png)).filter((value) => value < 60).length;
  const here = await dark(await drawFigure(figure('A figure')));
  assert.ok(here > 100);
  if (process.platform === 'win32' || process.platform === 'darwin') return;
  const none = path.join(folder, 'none');
  mkdirSync(none);
  const config = path.join(folder, 'fonts.conf');
  writeFileSync(
    config,
    `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig><dir>${none}</dir><cachedir>${none}</cachedir></fontconfig>`,
  );
  const module = path.resolve(import.meta.dirname, '../../../../src/jobs/explain/figure/textLayer.ts');
  const script = `
    const { textLayer, hasFonts } = await import(${JSON.stringify(`file://${module}`)});
    const svg = await textLayer(100, 30, [{ text: 'malignant', x: 2, y: 20, size: 12 }]);
    console.log(JSON.stringify({ hasFonts: await hasFonts(), svg: svg.toString() }));`;
  const output = execFileSync(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], {
    env: { ...process.env, FONTCONFIG_FILE: config },
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const { hasFonts, svg } = JSON.parse(output) as { hasFonts: boolean; svg: string };
  assert.equal(hasFonts, false);
  assert.ok(svg.includes(pixelTextPath('malignant')) && !svg.includes('<text'));
});

describe('the built-in letters', () => {
  /** Rows of # and . of a letter. */
  const rowsOf = (letter: string): string[] => {
    const on = new Set(pixelTextPath(letter).match(/M\S+ -?\d+/g));
    return Array.from({ length: 8 }, (_, y) =>
      Array.from({ length: 5 }, (_, x) => (on.has(`M${x} ${y - 7}`) ? '#' : '.')).join(''),
    );
  };

  test('look like letters', () => {
    assert.deepEqual(rowsOf('T'), ['#####', '#.#.#', '..#..', '..#..', '..#..', '..#..', '..#..', '.....']);
    assert.deepEqual(rowsOf('L').slice(-2), ['#####', '.....']);
  });

  test('are there for all printable ASCII, all different, and others are replaced', () => {
    const printable = Array.from({ length: 95 }, (_, index) => String.fromCharCode(32 + index));
    assert.equal(new Set(printable.map(pixelTextPath)).size, 95);
    assert.equal(pixelTextPath('ö'), pixelTextPath('o'));
    assert.equal(pixelTextPath('影'), pixelTextPath('?'));
    assert.deepEqual([pixelTextWidth(''), pixelTextWidth('a'), pixelTextWidth('ab')], [0, 5, 11]);
  });
});

function readGrey(png: Buffer): Promise<Buffer> {
  return sharp(png).toColourspace('b-w').raw().toBuffer();
}
