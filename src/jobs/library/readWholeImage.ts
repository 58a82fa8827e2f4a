import type { ImageSource } from '../../data/dataset.ts';
import { decodeWholeImage } from '../../data/decodeImage.ts';
import { imageProblem, readImageBytes } from '../../data/imageBytes.ts';
import { isImagePath } from '../../data/imageFiles.ts';
import { readNpzImage } from '../../data/npzDataset.ts';
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

/**
 * An image of an archive at its own size and depth; floats in [0, 1] are scaled to 16 bits. Throws what `readNpzImage`
 * throws.
 */
export async function readWholeRow(
  archive: string,
  source: Pick<ImageSource, 'split' | 'index'>,
): Promise<ImagePixels> {
  const { pixels, width, height, channels } = await readNpzImage(archive, source);
  const stored =
    pixels instanceof Float32Array ? Uint16Array.from(pixels, (value) => Math.round(65535 * value)) : pixels;
  const bitDepth = stored instanceof Uint16Array ? 16 : 8;
  return { pixels: stored, width, height, channels, bitDepth, format: 'npz' };
}

function unreadable(file: string, problem: string, cause?: unknown): TsyndError {
  return new TsyndError('image/unreadable', `${file} ${problem}.`, {
    remedy: 'Check that it is an image, and that its name ends as its format asks.',
    details: { file },
    cause,
  });
}
