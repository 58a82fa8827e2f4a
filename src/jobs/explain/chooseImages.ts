import path from 'node:path';
import { spreadOverClasses } from '../../data/spreadOverClasses.ts';
import type { ImageRef } from '../../protocol/imageData.ts';
import type { ScoredSplit } from '../../protocol/scoreTable.ts';
import type { RunFolder } from '../../runs/runFolder.ts';
import { datasetItem, type RunDatasets } from '../library/runDatasets.ts';

/** Which images are explained. */
export interface ImageChoice {
  /** Image files; with none, images of the run's dataset. */
  readonly files: readonly string[];
  readonly split: ScoredSplit;
  /** Images of the dataset at most, spread over the classes. */
  readonly limit: number;
}

export interface ChosenImage {
  readonly ref: ImageRef;
  /** Unique, and safe as the name of a folder. */
  readonly name: string;
  readonly title: string;
  /** What finds the image again. */
  readonly source: Readonly<Record<string, string | number>>;
}

/** Throws what `RunDatasets.open` throws where no files are given. */
export async function chooseImages(
  { files, split, limit }: ImageChoice,
  run: RunFolder,
  datasets: RunDatasets,
): Promise<ChosenImage[]> {
  if (files.length > 0) {
    return files.map((given, position) => {
      const file = path.resolve(given);
      const title = path.basename(file);
      return {
        ref: { kind: 'file', path: file },
        name: nameOf(position, files.length, title),
        title,
        source: { file },
      };
    });
  }
  const dataset = await datasets.open(run);
  const indices = spreadOverClasses(dataset[split], limit);
  return indices.map((index, position) => {
    const { file } = datasetItem(dataset, split, index).source;
    const title = file === undefined ? `${split} ${index}` : path.posix.basename(file);
    return {
      ref: { kind: 'dataset', run: run.paths.root, split, index },
      name: nameOf(position, indices.length, file === undefined ? `${split}-${index}` : title),
      title,
      source: { split, index, ...(file !== undefined && { file }) },
    };
  });
}

/** e.g. `03-val-12` and `04-benign_0001`, which sort as the images do. */
function nameOf(position: number, count: number, title: string): string {
  const stem = path
    .parse(title)
    .name.replaceAll(/[^A-Za-z0-9_]+/g, '-')
    .slice(0, 60);
  const digits = Math.max(2, String(count).length);
  return `${String(position + 1).padStart(digits, '0')}-${stem}`;
}
