import { realpath } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { imageProblem, readImageBytes } from '../../data/imageBytes.ts';
import { mapLimited } from '../../data/mapLimited.ts';
import { TsyndError } from '../../protocol/errors.ts';
import type { ImageBatch } from '../../protocol/imageData.ts';
import type { RunFolder } from '../../runs/runFolder.ts';
import type { RunManifest } from '../../runs/runManifest.ts';
import { packBatch, type ImageResult } from './imageBatch.ts';
import { partsInside } from './insideFolder.ts';
import type { ReadRun } from './runReader.ts';
import type { SampleEntry } from './sampleList.ts';

/** As many as libuv has threads: more only wait there. */
const MAX_CONCURRENT_FILES = 4;

/** The stored images of samples; those that are gone or broken are listed as missing. */
export async function readSyntheticImages(
  { run, list }: ReadRun,
  ids: readonly string[],
): Promise<ImageBatch> {
  const { dataset } = run.manifest;
  const results = await mapLimited(ids, MAX_CONCURRENT_FILES, async (id): Promise<ImageResult> => {
    const entry = list.byId.get(id);
    if (!entry) return { reason: `There is no sample ${id} in this run.` };
    try {
      const file = await locateSynthetic(run, entry);
      return { pixels: await readStoredImage(file, dataset) };
    } catch (error) {
      if (error instanceof TsyndError) return { reason: error.message };
      return { reason: `${entry.file} cannot be read: ${imageProblem(error)}.` };
    }
  });
  return packBatch(ids, results, dataset);
}

/**
 * The file of a sample's image, links followed. Throws TsyndError 'image/outside-run' for a link that leads out of the
 * run, and 'image/unreadable' where there is no file.
 */
export async function locateSynthetic(
  { paths }: RunFolder,
  { file }: Pick<SampleEntry, 'file'>,
): Promise<string> {
  const details = { file: path.join(paths.root, file) };
  const found = await realpath(details.file).catch((cause: unknown) => {
    throw new TsyndError('image/unreadable', `${file} cannot be read: ${imageProblem(cause)}.`, {
      remedy: 'Restore the image from a copy of the run.',
      details,
      cause,
    });
  });
  if (partsInside(await realpath(paths.root), found)) return found;
  throw new TsyndError('image/outside-run', `${file} is a link that leads out of the run.`, {
    remedy: 'Restore the image from a copy of the run.',
    details,
  });
}

/**
 * [H, W, C] of a file that this program wrote: 8 bits, the run's size, nothing to turn or to flatten. Rejects with an
 * error whose reason `imageProblem` tells.
 */
export async function readStoredImage(
  file: string,
  { imageSize, channels }: Pick<RunManifest['dataset'], 'imageSize' | 'channels'>,
): Promise<Uint8Array> {
  const { data, info } = await sharp(await readImageBytes(file), {
    failOn: 'error',
    limitInputPixels: 2 ** 24,
  })
    .removeAlpha()
    .toColourspace(channels === 1 ? 'b-w' : 'srgb')
    .raw()
    .toBuffer({ resolveWithObject: true });
  const { width, height } = info;
  if (width === imageSize && height === imageSize && info.channels === channels) return data;
  throw new Error(`it is ${width} x ${height} pixels, where the run has ${imageSize} x ${imageSize}`);
}
