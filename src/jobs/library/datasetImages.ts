import path from 'node:path';
import { labelWidth } from '../../data/batch.ts';
import type { Dataset, LabelledImages, SplitName } from '../../data/dataset.ts';
import type { DatasetImage, LibraryApi } from '../../protocol/libraryApi.ts';
import type { RunFolder } from '../../runs/runFolder.ts';
import { labelName } from '../labelName.ts';
import { packBatch, toInterleavedBytes } from './imageBatch.ts';
import { datasetItem, type DatasetItem, type RunDatasets } from './runDatasets.ts';

type Params = LibraryApi['run/datasetImages']['params'];
type Result = LibraryApi['run/datasetImages']['result'];

/**
 * Some images of the run's dataset with their pixels. The dataset is read whole: which images a drawn split has depends
 * on all of them. Throws what `RunDatasets.open` throws.
 */
export async function readDatasetImages(
  run: RunFolder,
  { split, limit }: Omit<Params, 'run'>,
  datasets: RunDatasets,
): Promise<Result> {
  const dataset = await datasets.open(run);
  const indices = spreadOverClasses(dataset[split], limit);
  const items = indices.map((index) => datasetItem(dataset, split, index));
  const results = items.map((item) => ({ pixels: toInterleavedBytes(item, dataset.channels) }));
  return {
    images: items.map((item, position) => describeItem(run, dataset, item, indices[position])),
    pixels: packBatch(
      indices.map((_, position) => String(position)),
      results,
      dataset,
    ),
  };
}

/**
 * Positions of at most `limit` images, ascending: class by class in turn the next image in the dataset's order, so that
 * each class has as many as another while it lasts. Multi-label images belong to the combination of their labels.
 */
export function spreadOverClasses(images: LabelledImages<SplitName>, limit: number): number[] {
  const width = labelWidth(images);
  const classes = new Map<string, number[]>();
  for (let index = 0; index < images.count; index++) {
    const label = images.labels.subarray(index * width, (index + 1) * width).join();
    const members = classes.get(label);
    if (members) members.push(index);
    else classes.set(label, [index]);
  }
  const chosen: number[] = [];
  const wanted = Math.min(limit, images.count);
  const groups = [...classes].sort(([a], [b]) => a.localeCompare(b, 'en', { numeric: true }));
  for (let round = 0; chosen.length < wanted; round++) {
    for (const [, members] of groups) {
      if (round < members.length && chosen.length < wanted) chosen.push(members[round]);
    }
  }
  return chosen.sort((a, b) => a - b);
}

function describeItem(
  run: RunFolder,
  { classNames }: Dataset,
  { label, source }: DatasetItem,
  index: number,
): DatasetImage {
  const { split, file } = source;
  return {
    image: { kind: 'dataset', run: run.paths.root, split, index },
    title: file === undefined ? `${split} ${index}` : path.posix.basename(file),
    className: labelName(classNames, label),
  };
}
