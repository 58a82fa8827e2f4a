import { realpath } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { imageProblem, readImageBytes } from '../../data/imageBytes.ts';
import { mapLimited } from '../../data/mapLimited.ts';
import type { ImageBatch } from '../../protocol/imageData.ts';
import type { RunManifest } from '../../runs/runManifest.ts';
import { packBatch, type ImageResult } from './imageBatch.ts';
import { partsInside } from './insideFolder.ts';
import type { ReadRun } from './runReader.ts';

/** As many as libuv has threads: more only wait there. */
const MAX_CONCURRENT_FILES = 4;

/** The stored images of samples; those that are gone or broken are listed as missing. */
export async function readSyntheticImages(
  { run, list }: ReadRun,
  ids: readonly string[],
): Promise<ImageBatch> {
  const { dataset } = run.manifest;
  const realRoot = await realpath(run.paths.root);
  const results = await mapLimited(ids, MAX_CONCURRENT_FILES, async (id): Promise<ImageResult> => {
    const entry = list.byId.get(id);
    if (!entry) return { reason: `There is no sample ${id} in this run.` };
    try {
      const file = await realpath(path.join(run.paths.root, entry.file));
      if (!partsInside(realRoot, file))
        return { reason: `${entry.file} is a link that leads out of the run.` };
      return { pixels: await readStoredImage(file, dataset) };
    } catch (error) {
      return { reason: `${entry.file} cannot be read: ${imageProblem(error)}.` };
    }
  });
  return packBatch(ids, results, dataset);
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
