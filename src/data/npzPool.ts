import type { ImagePool } from './assembleDataset.ts';
import type { PixelArray } from './dataset.ts';
import { invalidArchive } from './invalidArchive.ts';
import { parseNpy, type NpyArray } from './npy.ts';
import type { SplitHeaders } from './npzHeaders.ts';
import { resizeImages } from './resize.ts';
import type { ZipArchive } from './zipArchive.ts';

/** The images and labels of a split, resized to `imageSize`. Throws TsyndError 'dataset/invalid' for wrong contents. */
export async function readNpzPool(
  archive: ZipArchive,
  header: SplitHeaders,
  imageSize: number,
): Promise<ImagePool> {
  const { split, shape, labelWidth } = header;
  const arrayOf = async (name: string): Promise<NpyArray> =>
    parseNpy(await archive.read(`${name}.npy`), `${name} in ${archive.path}`);
  const labels = toLabels(await arrayOf(`${split}_labels`), labelWidth, `${archive.path}: ${split}_labels`);
  const { pixels, maxValue } = toPixels(await arrayOf(`${split}_images`), `${archive.path}: ${split}_images`);
  const resized = await resizeImages(pixels, shape, imageSize);
  return { count: shape.count, pixels: toPlanar(resized, shape.count, shape.channels), maxValue, labels };
}

/** Pixels as they are stored, in a type that datasets have, and what is white among them. Throws like `readNpzPool`. */
export function toPixels({ data, type }: NpyArray, where: string): { pixels: PixelArray; maxValue: number } {
  if (type === 'u1' && data instanceof Uint8Array) return { pixels: data, maxValue: 255 };
  if (data instanceof Uint16Array) return { pixels: data, maxValue: 65535 };
  if (!(data instanceof Float32Array || data instanceof Float64Array) || type === 'i8' || type === 'u8') {
    throw invalidArchive(
      `${where} has element type ${type}`,
      'Save the images as uint8, uint16, or floats in [0, 1].',
    );
  }
  const outside = data.findIndex((value) => !(value >= 0 && value <= 1));
  if (outside >= 0) {
    throw invalidArchive(
      `${where} holds ${data[outside]} at position ${outside}, outside [0, 1]`,
      'Scale float images to the range from 0 to 1, or save them as uint8.',
    );
  }
  return { pixels: data instanceof Float32Array ? data : Float32Array.from(data), maxValue: 1 };
}

function toLabels({ data }: NpyArray, labelWidth: number, where: string): Int32Array {
  const highest = labelWidth > 1 ? 1 : 2 ** 31 - 1;
  const wrong = data.findIndex((value) => !(Number.isInteger(value) && value >= 0 && value <= highest));
  if (wrong < 0) return Int32Array.from(data);
  const row = Math.floor(wrong / labelWidth);
  throw labelWidth > 1
    ? invalidArchive(
        `${where} holds ${data[wrong]} in row ${row}, where multi-label needs 0 or 1`,
        'Mend the labels.',
      )
    : invalidArchive(
        `${where} holds ${data[wrong]} in row ${row}, which is not a class index`,
        'Number the classes from 0.',
      );
}

/** [N, H, W, C] to [N, C, H, W]. */
function toPlanar(pixels: PixelArray, count: number, channels: 1 | 3): PixelArray {
  if (channels === 1) return pixels;
  const planar = pixels.slice();
  const area = pixels.length / count / channels;
  for (let target = 0; target < planar.length; target++) {
    const position = target % area;
    const channel = Math.floor(target / area) % channels;
    const image = Math.floor(target / (area * channels));
    planar[target] = pixels[(image * area + position) * channels + channel];
  }
  return planar;
}
