import { stat } from 'node:fs/promises';
import path from 'node:path';
import { decodeImage, type DecodedImage } from '../../data/decodeImage.ts';
import { imageProblem, readImageBytes } from '../../data/imageBytes.ts';
import { errnoOf } from '../../data/safeWrite.ts';
import { TsyndError } from '../../protocol/errors.ts';
import { isRelativePath } from '../../runs/fieldSchemas.ts';
import type { RunManifest } from '../../runs/runManifest.ts';
import type { PlanarPixels } from './imageBatch.ts';

type DatasetPlace = Pick<RunManifest['dataset'], 'path' | 'format'>;
type ImageForm = Pick<RunManifest['dataset'], 'imageSize' | 'channels'>;

/** Throws TsyndError 'dataset/not-found' or 'dataset/unreadable' where a dataset is not what can be opened. */
export async function checkPresence({ path: datasetPath }: Pick<DatasetPlace, 'path'>): Promise<void> {
  try {
    await stat(datasetPath);
  } catch (error) {
    const isGone = isMissing(error);
    const problem = isGone ? 'is not there any more' : 'cannot be read';
    throw new TsyndError(
      isGone ? 'dataset/not-found' : 'dataset/unreadable',
      `The dataset ${datasetPath} ${problem}.`,
      {
        remedy: 'Restore it to see the source images.',
        cause: error,
      },
    );
  }
}

/**
 * The path of an image file as a record names it: relative to the dataset's folder, and for CSV files as it stands
 * there. Throws TsyndError 'image/outside-run' where it would lead out of a folder; `restore` says what to put back.
 */
export function pathInDataset(
  { path: datasetPath, format }: DatasetPlace,
  file: string | undefined,
  restore: string,
): string {
  if (file !== undefined && format === 'csv') return path.resolve(path.dirname(datasetPath), file);
  if (file !== undefined && isRelativePath(file)) return path.join(datasetPath, file);
  throw new TsyndError('image/outside-run', `The source ${file ?? 'image'} is no file of ${datasetPath}.`, {
    remedy: restore,
  });
}

/** An image file as dataset readers take it, [C, H, W]. Throws TsyndError 'image/unreadable'. */
export async function readDatasetFile(
  file: string,
  { imageSize, channels }: ImageForm,
): Promise<PlanarPixels> {
  try {
    const image = await decodeImage(await readImageBytes(file), imageSize);
    const maxValue = image.pixels instanceof Uint16Array ? 65535 : 255;
    return { pixels: withChannels(image, channels), maxValue };
  } catch (error) {
    const problem = isMissing(error) ? 'is not there any more' : `cannot be read: ${imageProblem(error)}`;
    throw new TsyndError('image/unreadable', `The source image ${file} ${problem}.`, {
      remedy: 'Restore the file to see it.',
      details: { file },
      cause: error,
    });
  }
}

/** Grey images of a colour dataset have three equal channels; colour in a grey dataset came later than the run. */
function withChannels({ channels, pixels }: DecodedImage, wanted: 1 | 3): Uint8Array | Uint16Array {
  if (channels === wanted) return pixels;
  if (channels === 3) throw new Error('it has colour, which it had not when the run was made');
  const planes =
    pixels instanceof Uint8Array ? new Uint8Array(3 * pixels.length) : new Uint16Array(3 * pixels.length);
  for (let channel = 0; channel < 3; channel++) planes.set(pixels, channel * pixels.length);
  return planes;
}

function isMissing(error: unknown): boolean {
  return errnoOf(error) === 'ENOENT' || errnoOf(error) === 'ENOTDIR';
}
