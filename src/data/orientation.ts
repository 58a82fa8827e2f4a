import type { Sharp } from 'sharp';

interface PngComment {
  readonly keyword: string;
  readonly text: string;
}

const ORIENTATION_TAG = 0x0112;

/**
 * The EXIF orientation, 1 to 8, that ImageMagick wrote as hexadecimal text into PNG files before the format had an
 * EXIF chunk (keyword "Raw profile type exif" or "... APP1"), which libvips does not read; 1 where there is none.
 */
export function legacyPngOrientation(comments: readonly PngComment[]): number {
  const profile = comments.find(({ keyword }) => /^Raw profile type (exif|APP1)$/i.test(keyword));
  // The text is a line with the profile's name, a line with its length, and lines of hexadecimal digits.
  const digits = /^\s*\w+\s+\d+\s+([\da-f\s]+)$/i.exec(profile?.text ?? '')?.[1].replace(/\s/g, '');
  return digits === undefined ? 1 : exifOrientation(Buffer.from(digits, 'hex'));
}

/** The orientation tag of an EXIF block ("Exif\0\0" and a TIFF header with its first directory); 1 where absent. */
function exifOrientation(exif: Buffer): number {
  const tiff = exif.subarray(6);
  if (tiff.length < 10) return 1;
  const isBigEndian = tiff.toString('latin1', 0, 2) === 'MM';
  const read16 = (offset: number): number =>
    isBigEndian ? tiff.readUInt16BE(offset) : tiff.readUInt16LE(offset);
  const directory = isBigEndian ? tiff.readUInt32BE(4) : tiff.readUInt32LE(4);
  if (directory + 2 > tiff.length) return 1;
  const count = read16(directory);
  for (
    let entry = directory + 2;
    entry < directory + 2 + 12 * count && entry + 12 <= tiff.length;
    entry += 12
  ) {
    if (read16(entry) !== ORIENTATION_TAG) continue;
    const orientation = read16(entry + 8);
    return orientation >= 1 && orientation <= 8 ? orientation : 1;
  }
  return 1;
}

/** Clockwise turn in degrees, and whether the image is mirrored left to right before the turn. */
const TURNS: readonly { readonly angle: number; readonly isMirrored: boolean }[] = [
  { angle: 0, isMirrored: false },
  { angle: 0, isMirrored: true },
  { angle: 180, isMirrored: false },
  { angle: 180, isMirrored: true },
  { angle: 270, isMirrored: true },
  { angle: 90, isMirrored: false },
  { angle: 90, isMirrored: true },
  { angle: 270, isMirrored: false },
];

/** Turns an image upright, as EXIF orientation 1 to 8 asks. sharp mirrors before it turns, whatever the call order. */
export function applyOrientation(image: Sharp, orientation: number): Sharp {
  const { angle, isMirrored } = TURNS[orientation - 1];
  return isMirrored ? image.flop().rotate(angle) : image.rotate(angle);
}
