import path from 'node:path';
import type { Dataset } from '../../data/dataset.ts';
import { spreadOverClasses } from '../../data/spreadOverClasses.ts';
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
