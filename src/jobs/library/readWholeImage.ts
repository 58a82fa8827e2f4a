import { decodeWholeImage } from '../../data/decodeImage.ts';
import { imageProblem, readImageBytes } from '../../data/imageBytes.ts';
import { isImagePath } from '../../data/imageFiles.ts';
import { TsyndError } from '../../protocol/errors.ts';
import type { ImagePixels } from '../../protocol/imageData.ts';

/**
 * An image file at its own size and depth, upright, alpha over black, as dataset readers take it; grey floats in
 * [0, 1] are scaled to 16 bits. Throws TsyndError 'image/unreadable'.
 */
export async function readWholeImage(file: string): Promise<ImagePixels> {
  if (!isImagePath(file)) throw unreadable(file, 'is not a PNG, JPEG, WebP, TIFF or BMP file');
  try {
    const bytes = await readImageBytes(file);
    const { pixels, ...rest } = await decodeWholeImage(bytes);
    const bitDepth = pixels instanceof Uint16Array ? 16 : 8;
    return { pixels, ...rest, bitDepth, sizeBytes: bytes.length };
  } catch (error) {
    throw unreadable(file, `cannot be read: ${imageProblem(error)}`, error);
  }
}

function unreadable(file: string, problem: string, cause?: unknown): TsyndError {
  return new TsyndError('image/unreadable', `${file} ${problem}.`, {
    remedy: 'Check that it is an image, and that its name ends as its format asks.',
    details: { file },
    cause,
  });
}
