import { stat } from 'node:fs/promises';
import { imageShape, labelAt } from '../../data/batch.ts';
import { SPLIT_NAMES, type Dataset, type ImageSource, type SplitName } from '../../data/dataset.ts';
import { TsyndError } from '../../protocol/errors.ts';
import type { Label } from '../../protocol/sampleTable.ts';
import type { RunFolder } from '../../runs/runFolder.ts';
import { readRunDataset } from '../openRunDataset.ts';
import type { PlanarPixels } from './imageBatch.ts';
import { LruCache } from './lruCache.ts';

/** An image of a dataset as a run read it. */
export interface DatasetItem extends PlanarPixels {
  readonly label: Label;
  readonly source: ImageSource;
}

/** What datasets may take of memory, in bytes. */
const DEFAULT_LIMIT_BYTES = 512 * 2 ** 20;

/** The datasets of runs, read whole, as runs read them; those used last are kept, and runs of one dataset share it. */
export class RunDatasets {
  private readonly cache: LruCache<Dataset>;
  /** Positions in the train split by row of an archive. */
  private readonly positions = new WeakMap<Dataset, ReadonlyMap<number, number>>();
  /** Places by the datasets' checksums. */
  private readonly moved = new Map<string, string>();

  constructor(limitBytes = DEFAULT_LIMIT_BYTES) {
    this.cache = new LruCache(limitBytes, (dataset) =>
      SPLIT_NAMES.reduce((sum, split) => sum + dataset[split].pixels.byteLength, 0),
    );
  }

  /** Says where the dataset of a run lies now, if it was moved; for all runs of that dataset. */
  relocate({ manifest }: RunFolder, datasetPath: string): void {
    this.moved.set(manifest.dataset.sha256, datasetPath);
  }

  /** Throws what `readRunDataset` throws. */
  async open(run: RunFolder): Promise<Dataset> {
    const { dataset, settings } = run.manifest;
    const { imageSize, seed, splitSeed = seed, skipUnreadable } = settings;
    const datasetPath = this.moved.get(dataset.sha256);
    const place = datasetPath ?? dataset.path;
    // Of a folder, what was read had this hash, so that later changes of its files make no difference.
    const found = await stat(place).catch(() => undefined);
    const version = found?.isFile() ? [found.size, found.mtimeMs] : [];
    const key = JSON.stringify([place, dataset.sha256, version, imageSize, splitSeed, skipUnreadable]);
    // Without a signal: whoever else waits for it has not cancelled it.
    return this.cache.get(key, () => readRunDataset(run, { datasetPath }));
  }

  /**
   * Throws like `open`, and TsyndError 'image/outside-run' for a position that is not there. The pixels are a view.
   */
  async image(run: RunFolder, split: SplitName, index: number): Promise<DatasetItem> {
    return datasetItem(await this.open(run), split, index);
  }

  /**
   * The training image that a source names. Throws like `open`, and TsyndError 'run/corrupt' where the run did not train
   * on it.
   */
  async trainImage(run: RunFolder, row: number): Promise<DatasetItem> {
    const dataset = await this.open(run);
    const position = this.trainPositions(dataset).get(row);
    if (position !== undefined) return datasetItem(dataset, 'train', position);
    throw new TsyndError('run/corrupt', `Row ${row} of ${dataset.path} is no training image of the run.`, {
      remedy: 'Restore samples.jsonl from a copy.',
    });
  }

  private trainPositions(dataset: Dataset): ReadonlyMap<number, number> {
    const known = this.positions.get(dataset);
    if (known) return known;
    const positions = new Map(dataset.train.sources.map(({ index }, position) => [index, position]));
    this.positions.set(dataset, positions);
    return positions;
  }
}

/** Throws TsyndError 'image/outside-run' for a position that is not there. The pixels are a view. */
export function datasetItem(dataset: Dataset, split: SplitName, index: number): DatasetItem {
  const images = dataset[split];
  if (index >= images.count) {
    throw new TsyndError(
      'image/outside-run',
      `There is no image ${index} among the ${images.count} ${split} images of ${dataset.path}.`,
      { remedy: 'Choose another image; they are numbered from 0.' },
    );
  }
  const [channels, height, width] = imageShape(images);
  const length = channels * height * width;
  return {
    pixels: images.pixels.subarray(index * length, (index + 1) * length),
    maxValue: images.maxValue,
    label: labelAt(images, index),
    source: images.sources[index],
  };
}
