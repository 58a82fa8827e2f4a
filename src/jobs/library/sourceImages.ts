import { access } from 'node:fs/promises';
import { imageProblem } from '../../data/imageBytes.ts';
import { mapLimited } from '../../data/mapLimited.ts';
import { TsyndError } from '../../protocol/errors.ts';
import type { ImageBatch, ImagePixels } from '../../protocol/imageData.ts';
import type { RunFolder } from '../../runs/runFolder.ts';
import type { SampleRecord } from '../../runs/sampleRecord.ts';
import { CsvLists } from './csvLists.ts';
import { checkPresence, pathInDataset, readDatasetFile } from './datasetFiles.ts';
import { packBatch, toInterleavedBytes, type ImageResult, type PlanarPixels } from './imageBatch.ts';
import { readWholeImage, readWholeRow } from './readWholeImage.ts';
import { RunDatasets } from './runDatasets.ts';
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
  private readonly datasets: RunDatasets;

  constructor(reader = new RunReader(), csvLists = new CsvLists(), datasets = new RunDatasets()) {
    this.reader = reader;
    this.csvLists = csvLists;
    this.datasets = datasets;
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
   * not hold, and what `RunDatasets.trainImage` throws.
   */
  async read(run: RunFolder, parent: Parent): Promise<PlanarPixels> {
    const { dataset } = run.manifest;
    await checkPresence(dataset);
    if (dataset.format === 'npz') return this.datasets.trainImage(run, parent.index);
    return readDatasetFile(await this.fileOf(run, parent), dataset);
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
    await checkPresence(run.manifest.dataset);
    if (format !== 'npz') return readWholeImage(await this.fileOf(run, parent));
    // Tells whether the archive is still the run's, and costs nothing where its images were looked at.
    await this.datasets.trainImage(run, parent.index);
    return readWholeRow(datasetPath, parent);
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

function pathOfParent({ manifest }: RunFolder, { file }: Parent): string {
  return pathInDataset(manifest.dataset, file, 'Restore samples.jsonl from a copy.');
}
