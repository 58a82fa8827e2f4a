import { decodeImage } from '../data/decodeImage.ts';
import type { PixelArray } from '../data/dataset.ts';
import { imageProblem, readImageBytes } from '../data/imageBytes.ts';
import { floatTensor, type HostTensor } from '../engine/tensor.ts';
import { TsyndError } from '../protocol/errors.ts';

/** What a classifier takes: its channels, and the side of its images in pixels. */
export interface ClassifierInput {
  readonly channels: 1 | 3;
  readonly imageSize: number;
}

/**
 * An image file as a classifier takes it, `[1, C, H, W]` in [0, 1]: read and resized as the dataset readers do it. A
 * colour image becomes grey for a classifier of grey images. Throws TsyndError 'image/unreadable'.
 */
export async function readForClassifier(
  file: string,
  { channels, imageSize }: ClassifierInput,
): Promise<HostTensor> {
  try {
    const { pixels } = await decodeImage(await readImageBytes(file), imageSize);
    return toInput(pixels, pixels instanceof Uint16Array ? 65535 : 255, { channels, imageSize });
  } catch (error) {
    throw new TsyndError(
      'image/unreadable',
      `${file} cannot be shown to the classifier: ${imageProblem(error)}.`,
      {
        remedy: 'Check that it is an image, and that its name ends as its format asks.',
        details: { file },
        cause: error,
      },
    );
  }
}

/** Pixels `[C, H, W]` as `[1, C, H, W]` in [0, 1], with the classifier's channels; `maxValue` is white. */
export function toInput(
  pixels: PixelArray,
  maxValue: number,
  { channels, imageSize }: ClassifierInput,
): HostTensor {
  const area = imageSize * imageSize;
  const isGrey = pixels.length === area;
  const values = new Float32Array(channels * area);
  for (let i = 0; i < values.length; i++) {
    const position = i % area;
    if (isGrey) values[i] = pixels[position] / maxValue;
    else if (channels === 3) values[i] = pixels[i] / maxValue;
    else values[i] = luma(pixels[i], pixels[area + i], pixels[2 * area + i]) / maxValue;
  }
  return floatTensor([1, channels, imageSize, imageSize], values);
}

/** Brightness by Rec. 601, the weights of JPEG: grey images saved in colour come back as they were. */
export function luma(red: number, green: number, blue: number): number {
  return 0.299 * red + 0.587 * green + 0.114 * blue;
}
