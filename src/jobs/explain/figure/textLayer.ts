import sharp from 'sharp';
import { lettersOf, pixelTextPath, pixelTextWidth } from './pixelFont.ts';

export interface FigureText {
  readonly text: string;
  readonly x: number;
  /** Of the baseline. */
  readonly y: number;
  /** Height of the letters' box in pixels. */
  readonly size: number;
  readonly anchor?: 'start' | 'middle' | 'end';
  readonly isBold?: boolean;
  /** What is longer ends in an ellipsis. */
  readonly maxWidth?: number;
}

/** Mean width of a letter in a usual sans serif font, as a share of its size, on the large side. */
const LETTER_WIDTH = 0.58;
/** Rows of the pixel font, as a share of the size that a text asks for. */
const PIXEL_ROWS = 12;

let fonts: Promise<boolean> | undefined;

/** A transparent SVG picture of the texts; drawn with squares where the machine has no font. */
export async function textLayer(
  width: number,
  height: number,
  texts: readonly FigureText[],
): Promise<Buffer> {
  fonts ??= hasFonts();
  const drawOne = (await fonts) ? drawWithFont : drawWithPixels;
  return Buffer.from(svg(width, height, texts.map(drawOne).join('')));
}

/** Without fonts every letter comes out as the same box. */
export async function hasFonts(): Promise<boolean> {
  const [narrow, wide] = await Promise.all(
    ['.', 'M'].map((text) =>
      sharp(Buffer.from(svg(24, 24, drawWithFont({ text, x: 2, y: 18, size: 16 }))))
        .raw()
        .toBuffer(),
    ),
  );
  return !narrow.equals(wide);
}

function svg(width: number, height: number, content: string): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${content}</svg>`;
}

function drawWithFont({ x, y, size, anchor = 'start', isBold, ...rest }: FigureText): string {
  const text = shorten(rest, size * LETTER_WIDTH);
  const weight = isBold ? ' font-weight="bold"' : '';
  return (
    `<text x="${x}" y="${y}" font-family="sans-serif" font-size="${size}"${weight} ` +
    `text-anchor="${anchor}" fill="#1a1a1a">${escapeXml(text)}</text>`
  );
}

function drawWithPixels({ x, y, size, anchor = 'start', ...rest }: FigureText): string {
  const scale = size / PIXEL_ROWS;
  const text = shorten(rest, pixelTextWidth('MM') * 0.5 * scale);
  const share = { start: 0, middle: 0.5, end: 1 }[anchor];
  const left = x - share * pixelTextWidth(text) * scale;
  return (
    `<path transform="translate(${left.toFixed(2)} ${y}) scale(${scale.toFixed(4)})" fill="#1a1a1a" ` +
    `d="${pixelTextPath(text)}"/>`
  );
}

function shorten({ text, maxWidth }: Pick<FigureText, 'text' | 'maxWidth'>, letterWidth: number): string {
  const letters = lettersOf(text);
  const fitting = maxWidth === undefined ? letters.length : Math.max(1, Math.floor(maxWidth / letterWidth));
  return letters.length <= fitting ? text : `${letters.slice(0, fitting - 1).join('')}…`;
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
