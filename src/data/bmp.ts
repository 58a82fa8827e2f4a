/** A decoded image, interleaved [H, W, 3], 8 bits a channel. */
export interface BmpImage {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

const FILE_HEADER_BYTES = 14;
const INFO_HEADER_BYTES = 40;
const UNCOMPRESSED = 0;
const BITFIELDS = 3;
const BGRX_MASKS = [0x00ff0000, 0x0000ff00, 0x000000ff];

export function isBmp(bytes: Buffer): boolean {
  return bytes.length >= FILE_HEADER_BYTES && bytes.toString('latin1', 0, 2) === 'BM';
}

/**
 * Decodes an uncompressed Windows bitmap of 1, 4 or 8 bits a pixel with a palette, or 24 or 32 bits; alpha is ignored.
 * (libvips as shipped with sharp does not read the format.) Layout: Microsoft, "Bitmap Storage", BITMAPINFOHEADER.
 *
 * Throws RangeError with the reason for a torn file, for compression, and for more than `limitPixels`.
 */
export function decodeBmp(bytes: Buffer, limitPixels: number): BmpImage {
  const { width, height, topDown, bitsPerPixel, dataOffset, palette } = readHeader(bytes, limitPixels);
  const rowBytes = Math.ceil((width * bitsPerPixel) / 32) * 4;
  if (dataOffset + rowBytes * height > bytes.length) throw new RangeError('the bitmap is cut short');

  const data = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    const rowStart = dataOffset + rowBytes * (topDown ? y : height - 1 - y);
    for (let x = 0; x < width; x++) {
      const position = palette
        ? palette.offset + 4 * paletteIndex(bytes, rowStart, x, bitsPerPixel, palette.count)
        : rowStart + (x * bitsPerPixel) / 8;
      const target = (y * width + x) * 3;
      data[target] = bytes[position + 2];
      data[target + 1] = bytes[position + 1];
      data[target + 2] = bytes[position];
    }
  }
  return { width, height, data };
}

interface Palette {
  readonly offset: number;
  readonly count: number;
}

interface BmpHeader {
  readonly width: number;
  readonly height: number;
  readonly topDown: boolean;
  readonly bitsPerPixel: number;
  readonly dataOffset: number;
  readonly palette: Palette | undefined;
}

function readHeader(bytes: Buffer, limitPixels: number): BmpHeader {
  if (!isBmp(bytes) || bytes.length < FILE_HEADER_BYTES + INFO_HEADER_BYTES) {
    throw new RangeError('the bitmap has no complete header');
  }
  const dataOffset = bytes.readUInt32LE(10);
  const headerBytes = bytes.readUInt32LE(14);
  if (headerBytes < INFO_HEADER_BYTES)
    throw new RangeError('the bitmap has the header of OS/2, which is not read');
  const width = bytes.readInt32LE(18);
  const signedHeight = bytes.readInt32LE(22);
  const height = Math.abs(signedHeight);
  const bitsPerPixel = bytes.readUInt16LE(28);
  if (width < 1 || height < 1) throw new RangeError(`the bitmap has a size of ${width} x ${height}`);
  if (width * height > limitPixels) throw new RangeError(`the bitmap has more than ${limitPixels} pixels`);
  checkCompression(bytes, bitsPerPixel);
  const palette = bitsPerPixel <= 8 ? readPalette(bytes, headerBytes, bitsPerPixel) : undefined;
  return { width, height, topDown: signedHeight < 0, bitsPerPixel, dataOffset, palette };
}

function checkCompression(bytes: Buffer, bitsPerPixel: number): void {
  const compression = bytes.readUInt32LE(30);
  if (![1, 4, 8, 24, 32].includes(bitsPerPixel))
    throw new RangeError(`bitmaps of ${bitsPerPixel} bits are not read`);
  if (compression === UNCOMPRESSED) return;
  const masksOffset = FILE_HEADER_BYTES + INFO_HEADER_BYTES;
  const hasUsualMasks =
    compression === BITFIELDS &&
    bitsPerPixel === 32 &&
    bytes.length >= masksOffset + 12 &&
    BGRX_MASKS.every((mask, channel) => bytes.readUInt32LE(masksOffset + 4 * channel) === mask);
  if (!hasUsualMasks) throw new RangeError(`bitmaps with compression ${compression} are not read`);
}

function readPalette(bytes: Buffer, headerBytes: number, bitsPerPixel: number): Palette {
  const count = bytes.readUInt32LE(46) || 2 ** bitsPerPixel;
  const offset = FILE_HEADER_BYTES + headerBytes;
  if (count > 2 ** bitsPerPixel || offset + 4 * count > bytes.length) {
    throw new RangeError('the bitmap has a broken palette');
  }
  return { offset, count };
}

function paletteIndex(
  bytes: Buffer,
  rowStart: number,
  x: number,
  bitsPerPixel: number,
  count: number,
): number {
  const bit = x * bitsPerPixel;
  const shift = 8 - bitsPerPixel - (bit % 8);
  const index = (bytes[rowStart + Math.floor(bit / 8)] >> shift) & (2 ** bitsPerPixel - 1);
  if (index >= count) throw new RangeError('the bitmap uses a colour outside its palette');
  return index;
}
