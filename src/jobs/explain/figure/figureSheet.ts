import sharp, { type OverlayOptions } from 'sharp';
import type { ColorScale } from '../../../color/mapLook.ts';
import { COLOR_STEPS } from '../../../color/bakeColors.ts';
import { encodePicture, type Picture } from './mapPictures.ts';
import { textLayer, type FigureText } from './textLayer.ts';

export interface FigureCell {
  readonly picture: Picture;
  /** Lines below it. */
  readonly captions: readonly string[];
}

export interface FigureRow {
  readonly title: string;
  readonly subtitle: string;
  readonly cells: readonly FigureCell[];
}

export interface ColorBar {
  readonly title: string;
  readonly scale: ColorScale;
  /** At the ends of the bar. */
  readonly ends: readonly [low: string, high: string];
}

export interface Figure {
  /** The first one is the title. */
  readonly headings: readonly string[];
  readonly columns: readonly { readonly title: string; readonly subtitle: string }[];
  readonly rows: readonly FigureRow[];
  readonly bars: readonly ColorBar[];
  readonly notes: readonly string[];
}

/** Pixels. Small images are enlarged to about CELL, large ones made smaller to LARGEST_CELL. */
const CELL = 144;
const LARGEST_CELL = 256;
const MARGIN = 20;
const GAP = 10;
const LABELS = 150;
const LINE = 15;
const BAR = { width: 180, height: 12 } as const;

/** Draws a table of pictures with titles, captions and colour bars on white, as one PNG file. */
export async function drawFigure({ headings, columns, rows, bars, notes }: Figure): Promise<Buffer> {
  const side = cellSide(rows);
  const captionLines = Math.max(
    0,
    ...rows.flatMap(({ cells }) => cells.map(({ captions }) => captions.length)),
  );
  const rowHeight = side + captionLines * LINE + GAP;
  const left = MARGIN + LABELS;
  const tableTop = MARGIN + 24 + (headings.length - 1) * 17 + 42;
  const barsTop = tableTop + rows.length * rowHeight + GAP;
  const width = Math.max(left + columns.length * (side + GAP) - GAP, 760) + MARGIN;
  const height = barsTop + BAR.height + 2 * LINE + GAP + notes.length * LINE + MARGIN;
  const xOf = (column: number): number => left + column * (side + GAP);

  const texts: FigureText[] = headings.map((text, index) => ({
    ...{ text, x: MARGIN, maxWidth: width - 2 * MARGIN },
    ...(index === 0 ? { y: MARGIN + 14, size: 17, isBold: true } : { y: MARGIN + 18 + index * 17, size: 12 }),
  }));
  const layers: OverlayOptions[] = [];
  columns.forEach(({ title, subtitle }, column) => {
    const place = { x: xOf(column) + side / 2, anchor: 'middle', maxWidth: side + GAP } as const;
    texts.push({ ...place, text: title, y: tableTop - 22, size: 13, isBold: true });
    texts.push({ ...place, text: subtitle, y: tableTop - 7, size: 11 });
  });
  for (const [index, { title, subtitle, cells }] of rows.entries()) {
    const top = tableTop + index * rowHeight;
    const place = { x: MARGIN, maxWidth: LABELS - GAP };
    texts.push({ ...place, text: title, y: top + 16, size: 12, isBold: true });
    texts.push({ ...place, text: subtitle, y: top + 16 + LINE, size: 12 });
    for (const [column, { picture, captions }] of cells.entries()) {
      layers.push({ input: await fit(picture, side), left: xOf(column), top });
      captions.forEach((text, line) =>
        texts.push({
          ...{ text, x: xOf(column) + side / 2, y: top + side + 12 + line * LINE, size: 11 },
          ...{ anchor: 'middle', maxWidth: side + GAP },
        }),
      );
    }
  }
  for (const [index, bar] of bars.entries()) {
    const x = MARGIN + index * (2 * BAR.width + 2 * GAP);
    layers.push({ input: await drawBar(bar.scale), left: x, top: barsTop + LINE });
    texts.push({ text: bar.title, x, y: barsTop + 8, size: 12 });
    const y = barsTop + LINE + BAR.height + 13;
    texts.push({ text: bar.ends[0], x, y, size: 11 });
    texts.push({ text: bar.ends[1], x: x + BAR.width, y, size: 11, anchor: 'end' });
  }
  const notesTop = barsTop + LINE + BAR.height + 13 + GAP;
  notes.forEach((text, index) =>
    texts.push({ text, x: MARGIN, y: notesTop + (index + 1) * LINE, size: 11, maxWidth: width - 2 * MARGIN }),
  );
  layers.push({ input: await textLayer(width, height, texts), left: 0, top: 0 });
  return sharp({ create: { width, height, channels: 3, background: '#ffffff' } })
    .composite(layers)
    .removeAlpha()
    .png({ compressionLevel: 9 })
    .toBuffer();
}

/** Whole multiples of the images' side, so that every pixel is a square. */
function cellSide(rows: readonly FigureRow[]): number {
  const side = rows.at(0)?.cells.at(0)?.picture.side ?? CELL;
  return side > LARGEST_CELL ? LARGEST_CELL : Math.max(1, Math.round(CELL / side)) * side;
}

async function fit(picture: Picture, side: number): Promise<Buffer> {
  const kernel = picture.side > side ? 'lanczos3' : 'nearest';
  return sharp(await encodePicture(picture))
    .resize(side, side, { kernel })
    .toColourspace('srgb')
    .png()
    .toBuffer();
}

function drawBar({ colors }: ColorScale): Promise<Buffer> {
  const raw = { width: COLOR_STEPS, height: 1, channels: 4 } as const;
  return sharp(new Uint8Array(colors), { raw })
    .resize(BAR.width, BAR.height, { fit: 'fill', kernel: 'linear' })
    .png()
    .toBuffer();
}
