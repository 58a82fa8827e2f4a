import { access, stat } from 'node:fs/promises';
import path from 'node:path';
import { decodeImage, type DecodedImage } from '../../data/decodeImage.ts';
import { imageProblem, readImageBytes } from '../../data/imageBytes.ts';
import { mapLimited } from '../../data/mapLimited.ts';
import { readNpzTrainImage } from '../../data/npzDataset.ts';
import { errnoOf } from '../../data/safeWrite.ts';
import { TsyndError } from '../../protocol/errors.ts';
import type { ImageBatch, ImagePixels } from '../../protocol/imageData.ts';
import { isRelativePath } from '../../runs/fieldSchemas.ts';
import type { RunFolder } from '../../runs/runFolder.ts';
import type { SampleRecord } from '../../runs/sampleRecord.ts';
import { ArchiveImages } from './archiveImages.ts';
import { CsvLists } from './csvLists.ts';
import { packBatch, toInterleavedBytes, type ImageResult, type PlanarPixels } from './imageBatch.ts';
import { readWholeImage } from './readWholeImage.ts';
import { RunReader, type ReadRun } from './runReader.ts';

type Parent = SampleRecord['parent'];

const MAX_CONCURRENT_FILES = 4;

/**
 * The training images that samples were derived from. Of datasets that are files, only the files asked for are read,
 * as the dataset's reader would; archives are read whole, and kept.
 */
export class SourceImages {
  private readonly reader: RunReader;
  private readonly csvLists: CsvLists;
  private readonly archives = new ArchiveImages();

  constructor(reader = new RunReader(), csvLists = new CsvLists()) {
    this.reader = reader;
    this.csvLists = csvLists;
  }

  /** The parent of a sample as the run's training saw it. Throws like `read` and `RunReader.readSample`. */
  async sourceImage(runPath: string, sampleId: string): Promise<PlanarPixels> {
    const { run, entry } = await this.reader.readSample(runPath, sampleId);
    return this.read(run, entry.parent);
  }

  /**
   * A parent as the run's training saw it: [C, H, W] at the run's size.
   *
   * Throws TsyndError 'dataset/not-found', 'image/unreadable', 'image/outside-run' for a parent that the dataset does
   * not hold, and what `ArchiveImages` throws.
   */
  async read(run: RunFolder, parent: Parent): Promise<PlanarPixels> {
    const { format, imageSize, channels } = run.manifest.dataset;
    await checkPresence(run);
    if (format === 'npz') return this.archives.image(run, parent.index);
    const file = await this.fileOf(run, parent);
    try {
      const image = await decodeImage(await readImageBytes(file), imageSize);
      const maxValue = image.pixels instanceof Uint16Array ? 65535 : 255;
      return { pixels: withChannels(image, channels), maxValue };
    } catch (error) {
      throw unreadableSource(file, error);
    }
  }

  /** The parents of samples, 8 bits each; those that cannot be had are listed as missing. */
  async readBatch({ run, list }: ReadRun, ids: readonly string[]): Promise<ImageBatch> {
    const { dataset } = run.manifest;
    const reading = new Map<string, Promise<ImageResult>>();
    const results = await mapLimited(ids, MAX_CONCURRENT_FILES, (id): Promise<ImageResult> => {
      const parent = list.byId.get(id)?.parent;
      if (!parent) return Promise.resolve({ reason: `There is no sample ${id} in this run.` });
      // Samples share parents.
      const key = parent.file ?? String(parent.index);
      const result = reading.get(key) ?? this.readBytes(run, parent);
      reading.set(key, result);
      return result;
    });
    return packBatch(ids, results, dataset);
  }

  /** A parent at its own size and depth; floats are scaled to 16 bits. Throws like `read`. */
  async readWhole(run: RunFolder, parent: Parent): Promise<ImagePixels> {
    const { path: datasetPath, format } = run.manifest.dataset;
    await checkPresence(run);
    if (format !== 'npz') return readWholeImage(await this.fileOf(run, parent));
    // Tells whether the archive is still the run's, and costs nothing where its images were looked at.
    await this.archives.image(run, parent.index);
    const { pixels, width, height, channels } = await readNpzTrainImage(datasetPath, parent.index);
    const stored =
      pixels instanceof Float32Array
        ? Uint16Array.from(pixels, (value) => Math.round(65535 * value))
        : pixels;
    const bitDepth = stored instanceof Uint16Array ? 16 : 8;
    return { pixels: stored, width, height, channels, bitDepth, format };
  }

  /** The file to open for a parent, whether it is there or not: its own, or the archive. Throws 'image/outside-run'. */
  async locate(run: RunFolder, parent: Parent): Promise<{ readonly path: string; readonly exists: boolean }> {
    const { format, path: datasetPath } = run.manifest.dataset;
    const file = format === 'npz' ? datasetPath : pathOfParent(run, parent);
    const exists = await access(file).then(
      () => true,
      () => false,
    );
    return { path: file, exists };
  }

  private async readBytes(run: RunFolder, parent: Parent): Promise<ImageResult> {
    try {
      const { channels } = run.manifest.dataset;
      return { pixels: toInterleavedBytes(await this.read(run, parent), channels) };
    } catch (error) {
      return { reason: error instanceof TsyndError ? error.message : `${imageProblem(error)}.` };
    }
  }

  /** The file of a parent, which a damaged or foreign samples.jsonl cannot make any other file than the dataset's. */
  private async fileOf(run: RunFolder, parent: Parent): Promise<string> {
    const { format, path: datasetPath } = run.manifest.dataset;
    const file = pathOfParent(run, parent);
    if (format === 'csv' && !(await this.csvLists.find(datasetPath, file))) {
      throw new TsyndError(
        'image/outside-run',
        `${datasetPath} does not list ${parent.file ?? ''} any more.`,
        {
          remedy: 'Restore the list to see this source image.',
        },
      );
    }
    return file;
  }
}

async function checkPresence({ manifest }: RunFolder): Promise<void> {
  const { path: datasetPath } = manifest.dataset;
  try {
    await stat(datasetPath);
  } catch (error) {
    const isGone = errnoOf(error) === 'ENOENT' || errnoOf(error) === 'ENOTDIR';
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

function pathOfParent({ manifest }: RunFolder, { file }: Parent): string {
  const { path: datasetPath, format } = manifest.dataset;
  if (file !== undefined && format === 'csv') return path.resolve(path.dirname(datasetPath), file);
  if (file !== undefined && isRelativePath(file)) return path.join(datasetPath, file);
  throw new TsyndError('image/outside-run', `The source ${file ?? 'image'} is no file of ${datasetPath}.`, {
    remedy: 'Restore samples.jsonl from a copy.',
  });
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

function unreadableSource(file: string, error: unknown): TsyndError {
  const isGone = errnoOf(error) === 'ENOENT' || errnoOf(error) === 'ENOTDIR';
  const problem = isGone ? 'is not there any more' : `cannot be read: ${imageProblem(error)}`;
  return new TsyndError('image/unreadable', `The source image ${file} ${problem}.`, {
    remedy: 'Restore the file to see it.',
    details: { file },
    cause: error,
  });
}
