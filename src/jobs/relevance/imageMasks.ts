import { readFile } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import type { Dataset, ImageSource } from '../../data/dataset.ts';
import { decodeWholeImage } from '../../data/decodeImage.ts';
import { imageProblem } from '../../data/imageBytes.ts';
import { mapLimited } from '../../data/mapLimited.ts';
import { ifPresent } from '../../data/readIfPresent.ts';
import { resizeToSquare } from '../../data/resize.ts';
import { TsyndError } from '../../protocol/errors.ts';

/** Where the masks of a folder of images lie, under the paths of the images. */
export const MASK_FOLDER = '.masks';

const MAX_CONCURRENT_FILES = 4;

/**
 * What the masks of a dataset's images mark, [H, W] of 0 and 1 at the dataset's image size; undefined for images that
 * have none. The mask of `train/benign/a.jpg` is `.masks/train/benign/a.png`; only folders of images have masks.
 *
 * In a mask everything brighter than half of its brightest value is marked, so that 0 and 1 do as well as 0 and 255. It
 * is brought to the size in the same way as the image, bars included, and marks the pixels of which at least half was
 * marked. It has no part in the dataset's checksum.
 *
 * Throws TsyndError 'image/unreadable' for a mask that is there and cannot be read.
 */
export function readMasks(
  dataset: Dataset,
  sources: readonly ImageSource[],
): Promise<(Uint8Array | undefined)[]> {
  return mapLimited(sources, MAX_CONCURRENT_FILES, async ({ file }) => {
    if (dataset.format !== 'folder' || file === undefined) return undefined;
    const { dir, name } = path.posix.parse(file);
    const maskFile = path.join(dataset.path, MASK_FOLDER, dir, `${name}.png`);
    const bytes = await ifPresent(maskFile, () => readFile(maskFile));
    return bytes && decodeMask(bytes, maskFile, dataset.imageSize);
  });
}

async function decodeMask(bytes: Buffer, file: string, size: number): Promise<Uint8Array> {
  try {
    const { pixels, width, height, channels } = await decodeWholeImage(bytes);
    let brightest = 0;
    for (const value of pixels) brightest = Math.max(brightest, value);
    const marked = new Uint8Array(width * height);
    for (let at = 0; at < pixels.length; at++) {
      if (brightest > 0 && pixels[at] > brightest / 2) marked[Math.floor(at / channels)] = 255;
    }
    const image = sharp(marked, { raw: { width, height, channels: 1 } });
    const resized = await resizeToSquare(image, width, height, size).toColourspace('b-w').raw().toBuffer();
    return Uint8Array.from(resized, (value) => (value >= 128 ? 1 : 0));
  } catch (error) {
    throw new TsyndError('image/unreadable', `The mask ${file} cannot be read: ${imageProblem(error)}.`, {
      remedy: 'Replace it, or remove it to measure without it.',
      details: { file },
      cause: error,
    });
  }
}
