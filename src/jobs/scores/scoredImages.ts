import { access, stat } from 'node:fs/promises';
import type { Dataset } from '../../data/dataset.ts';
import { openDataset } from '../../data/openDataset.ts';
import { TsyndError } from '../../protocol/errors.ts';
import type { ImagePixels } from '../../protocol/imageData.ts';
import type { Label } from '../../protocol/sampleTable.ts';
import type { ScoreRecord } from '../../runs/scoreRecord.ts';
import { CsvLists } from '../library/csvLists.ts';
import { checkPresence, pathInDataset, readDatasetFile } from '../library/datasetFiles.ts';
import type { PlanarPixels } from '../library/imageBatch.ts';
import { LruCache } from '../library/lruCache.ts';
import { readWholeImage, readWholeRow } from '../library/readWholeImage.ts';
import { datasetItem } from '../library/runDatasets.ts';
import { toInput } from '../readForClassifier.ts';
import { ScoreFolders, type ReadScores } from './scoreFolders.ts';

/** An image as its classifier was asked about it. */
export interface ScoredImage extends PlanarPixels {
  readonly label: Label;
  readonly channels: 1 | 3;
  readonly imageSize: number;
}

/** What archives may take of memory, in bytes. */
const DEFAULT_LIMIT_BYTES = 512 * 2 ** 20;
const RESTORE = 'Score the dataset again, or restore scores.jsonl from a copy.';

/**
 * The images of scored datasets as they were scored. Of datasets that are files, only the files asked for are read;
 * archives are read whole, and those used last are kept.
 */
export class ScoredImages {
  private readonly folders: ScoreFolders;
  private readonly csvLists: CsvLists;
  private readonly archives: LruCache<Dataset>;

  constructor(folders = new ScoreFolders(), csvLists = new CsvLists(), limitBytes = DEFAULT_LIMIT_BYTES) {
    this.folders = folders;
    this.csvLists = csvLists;
    this.archives = new LruCache(limitBytes, ({ train, val, test }) =>
      [train, val, test].reduce((sum, { pixels }) => sum + pixels.byteLength, 0),
    );
  }

  /**
   * [C, H, W] with the classifier's channels, at the size that it was scored at.
   *
   * Throws TsyndError 'run/not-found' and 'run/corrupt' for the scores, 'sample/not-found' for an id that they lack,
   * 'run/settings-differ' for an archive that has changed since, 'dataset/not-found', 'image/unreadable' and
   * 'image/outside-run' for what the dataset does not hold any more, and what `openDataset` throws.
   */
  async read(folder: string, id: string): Promise<ScoredImage> {
    const { scores, record } = await this.folders.readRecord(folder, id);
    return this.readRecord(scores, record);
  }

  /** Like `read`, of scores that were read already. */
  async readRecord(scores: ReadScores, record: ScoreRecord): Promise<ScoredImage> {
    const { dataset, classifier } = scores.facts;
    const { imageSize } = dataset;
    const { channels } = classifier;
    await checkPresence(dataset);
    const image =
      dataset.format === 'npz'
        ? datasetItem(await this.openArchive(scores), record.split, record.index)
        : await readDatasetFile(await this.fileOf(scores, record), dataset);
    const rest = { label: record.label, channels, imageSize };
    if (dataset.channels === channels) return { ...image, ...rest };
    const input = toInput(image.pixels, image.maxValue, { channels, imageSize });
    return { pixels: Float32Array.from(input.data), maxValue: 1, ...rest };
  }

  /** An image at its own size and depth; floats are scaled to 16 bits. Throws like `readRecord`. */
  async readWhole(scores: ReadScores, record: ScoreRecord): Promise<ImagePixels> {
    const { dataset } = scores.facts;
    await checkPresence(dataset);
    if (dataset.format !== 'npz') return readWholeImage(await this.fileOf(scores, record));
    const { source } = datasetItem(await this.openArchive(scores), record.split, record.index);
    return readWholeRow(dataset.path, source);
  }

  /** The file to open for an image, whether it is there or not: its own, or the archive. Throws 'image/outside-run'. */
  async locate(
    { facts: { dataset } }: ReadScores,
    { file }: ScoreRecord,
  ): Promise<{ readonly path: string; readonly exists: boolean }> {
    const path = dataset.format === 'npz' ? dataset.path : pathInDataset(dataset, file, RESTORE);
    const exists = await access(path).then(
      () => true,
      () => false,
    );
    return { path, exists };
  }

  /** The file of an image, which a damaged or foreign scores.jsonl cannot make any other file than the dataset's. */
  private async fileOf({ facts: { dataset } }: ReadScores, { file }: ScoreRecord): Promise<string> {
    const path = pathInDataset(dataset, file, RESTORE);
    if (dataset.format === 'csv' && !(await this.csvLists.find(dataset.path, path))) {
      throw new TsyndError('image/outside-run', `${dataset.path} does not list ${file ?? ''} any more.`, {
        remedy: 'Restore the list to see this image.',
      });
    }
    return path;
  }

  /** Throws TsyndError 'run/settings-differ' for an archive that has changed since it was scored. */
  private async openArchive({ facts: { dataset, reading } }: ReadScores): Promise<Dataset> {
    const { path, imageSize } = dataset;
    const found = await stat(path).catch(() => undefined);
    const key = JSON.stringify([path, found?.size, found?.mtimeMs, imageSize, reading]);
    const archive = await this.archives.get(key, () => openDataset(path, { imageSize, ...reading }));
    if (archive.sha256 === dataset.sha256) return archive;
    throw new TsyndError('run/settings-differ', `${path} has changed since it was scored.`, {
      remedy: 'Score it again, or restore the archive to see its images.',
      details: { expected: dataset.sha256, found: archive.sha256 },
    });
  }
}
