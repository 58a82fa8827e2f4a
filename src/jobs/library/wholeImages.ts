import type { ImagePixels, ImageRef } from '../../protocol/imageData.ts';
import { RunFolder } from '../../runs/runFolder.ts';
import type { ScoredImages } from '../scores/scoredImages.ts';
import type { ScoreFolders } from '../scores/scoreFolders.ts';
import { pathInDataset } from './datasetFiles.ts';
import { readWholeImage, readWholeRow } from './readWholeImage.ts';
import type { RunDatasets } from './runDatasets.ts';
import type { RunReader } from './runReader.ts';
import type { SourceImages } from './sourceImages.ts';
import { locateSynthetic } from './syntheticImages.ts';

export interface ImageReaders {
  readonly reader: RunReader;
  readonly sources: SourceImages;
  readonly datasets: RunDatasets;
  readonly scores: ScoreFolders;
  readonly scored: ScoredImages;
}

/** Reads images, wherever they lie, at their own size and depth. */
export class WholeImages {
  private readonly readers: ImageReaders;

  constructor(readers: ImageReaders) {
    this.readers = readers;
  }

  /** Throws TsyndError 'image/unreadable' and what the readers throw. */
  async read(image: ImageRef): Promise<ImagePixels> {
    switch (image.kind) {
      case 'file':
        return readWholeImage(image.path);
      case 'source': {
        const { run, entry } = await this.readers.reader.readSample(image.run, image.sampleId);
        return this.readers.sources.readWhole(run, entry.parent);
      }
      case 'synthetic': {
        const { run, entry } = await this.readers.reader.readSample(image.run, image.sampleId);
        return readWholeImage(await locateSynthetic(run, entry));
      }
      case 'dataset':
        return this.readDatasetImage(image.run, image.split, image.index);
      case 'scored': {
        const { scores, record } = await this.readers.scores.readRecord(image.folder, image.id);
        return this.readers.scored.readWhole(scores, record);
      }
    }
  }

  private async readDatasetImage(
    runPath: string,
    split: 'train' | 'val' | 'test',
    index: number,
  ): Promise<ImagePixels> {
    const run = await RunFolder.open(runPath);
    const { dataset } = run.manifest;
    const { source } = await this.readers.datasets.image(run, split, index);
    if (dataset.format === 'npz') return readWholeRow(dataset.path, source);
    return readWholeImage(pathInDataset(dataset, source.file, 'Restore the dataset to see the image.'));
  }
}
