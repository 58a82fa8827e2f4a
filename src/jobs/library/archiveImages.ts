import { stat } from 'node:fs/promises';
import type { LabelledImages } from '../../data/dataset.ts';
import { openDataset } from '../../data/openDataset.ts';
import { TsyndError } from '../../protocol/errors.ts';
import type { RunFolder } from '../../runs/runFolder.ts';
import { datasetOptions, readRunSettings } from '../openRunDataset.ts';
import type { PlanarPixels } from './imageBatch.ts';
import { LruCache } from './lruCache.ts';

interface TrainImages {
  readonly sha256: string;
  readonly images: LabelledImages<'train'>;
  /** Positions in the split by row of the archive. */
  readonly positions: ReadonlyMap<number, number>;
}

/** What archives may take of memory, in bytes. */
const DEFAULT_LIMIT_BYTES = 512 * 2 ** 20;

/** Training images of archives as runs read them. An archive is read whole, so those used last are kept. */
export class ArchiveImages {
  private readonly cache: LruCache<TrainImages>;

  constructor(limitBytes = DEFAULT_LIMIT_BYTES) {
    this.cache = new LruCache(limitBytes, ({ images }) => images.pixels.byteLength);
  }

  /**
   * The image in a row of the archive's training images, at the run's image size.
   *
   * Throws TsyndError 'run/settings-differ' when the archive has changed since the run was made, 'run/corrupt' when the
   * run did not train on that row, and what `openDataset` throws.
   */
  async image(run: RunFolder, row: number): Promise<PlanarPixels> {
    const { sha256, images, positions } = await this.open(run);
    const { path: archive, sha256: expected } = run.manifest.dataset;
    if (sha256 !== expected) {
      throw new TsyndError('run/settings-differ', `${archive} has changed since the run was made.`, {
        remedy: 'Restore the archive to see the source images.',
        details: { expected, found: sha256 },
      });
    }
    const position = positions.get(row);
    if (position === undefined) {
      throw new TsyndError('run/corrupt', `Row ${row} of ${archive} is no training image of the run.`, {
        remedy: 'Restore samples.jsonl from a copy.',
      });
    }
    const length = images.pixels.length / images.count;
    return {
      pixels: images.pixels.subarray(position * length, (position + 1) * length),
      maxValue: images.maxValue,
    };
  }

  private async open(run: RunFolder): Promise<TrainImages> {
    const { path: archive } = run.manifest.dataset;
    const options = datasetOptions(readRunSettings(run), undefined);
    const found = await stat(archive).catch(() => undefined);
    const key = JSON.stringify([archive, found?.size, found?.mtimeMs, options]);
    return this.cache.get(key, async () => {
      const { sha256, train: images } = await openDataset(archive, options);
      const positions = new Map(images.sources.map(({ index }, position) => [index, position]));
      return { sha256, images, positions };
    });
  }
}
