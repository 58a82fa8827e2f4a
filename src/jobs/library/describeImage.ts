import path from 'node:path';
import type { ImageRef } from '../../protocol/imageData.ts';
import type { ImageDescription } from '../../protocol/libraryApi.ts';
import type { RunSummary } from '../../protocol/runSummary.ts';
import { RunFolder } from '../../runs/runFolder.ts';
import { labelName } from '../labelName.ts';
import type { ScoreFolders } from '../scores/scoreFolders.ts';
import type { DatasetPlaces } from './datasetPlaces.ts';
import type { RunDatasets } from './runDatasets.ts';
import type { RunReader } from './runReader.ts';
import type { SyntheticFiles } from './syntheticFiles.ts';

/** What an image can be looked up in. */
export interface ImageKnowledge {
  /** Newest first. */
  readonly runs: readonly RunSummary[];
  readonly reader: RunReader;
  readonly places: DatasetPlaces;
  readonly synthetic: SyntheticFiles;
  readonly datasets: RunDatasets;
  readonly scores: ScoreFolders;
}

/**
 * What is known of an image, by where it lies: its class, its split, whether a run made it, and the finished runs
 * whose classifiers fit it. Throws TsyndError 'run/...' and 'sample/not-found' for a sample or a scored image that is not
 * there, and what `RunDatasets.image` throws for images of datasets.
 */
export async function describeImage(image: ImageRef, knowledge: ImageKnowledge): Promise<ImageDescription> {
  const finished = knowledge.runs.filter(({ status }) => status === 'finished');
  if (image.kind === 'file') return describeFile(path.resolve(image.path), finished, knowledge);
  const { className, split, sha256, synthetic } = await placeOf(image, knowledge);
  const related = finished.filter(({ dataset }) => dataset?.sha256 === sha256);
  return { className, split, synthetic, runs: related.length > 0 ? related : finished };
}

interface Place extends Pick<ImageDescription, 'className' | 'split' | 'synthetic'> {
  /** Of the dataset that the image is of, or was made from. */
  readonly sha256: string;
}

async function placeOf(
  image: Exclude<ImageRef, { readonly kind: 'file' }>,
  { reader, datasets, scores, synthetic }: ImageKnowledge,
): Promise<Place> {
  if (image.kind === 'scored') {
    const { scores: read, record } = await scores.readRecord(image.folder, image.id);
    const { classNames, sha256 } = read.facts.dataset;
    return { className: labelName(classNames, record.label), split: record.split, sha256 };
  }
  if (image.kind === 'dataset') {
    const run = await RunFolder.open(image.run);
    const { classNames, sha256 } = run.manifest.dataset;
    const { label } = await datasets.image(run, image.split, image.index);
    return { className: labelName(classNames, label), split: image.split, sha256 };
  }
  const { run, entry } = await reader.readSample(image.run, image.sampleId);
  const { classNames, sha256 } = run.manifest.dataset;
  const className = labelName(classNames, entry.label);
  if (image.kind === 'source') return { className, split: entry.parent.split, sha256 };
  const [file] = await synthetic.describe([path.join(run.paths.root, entry.file)]);
  return { className, sha256, synthetic: file };
}

async function describeFile(
  file: string,
  finished: readonly RunSummary[],
  { places, synthetic: syntheticFiles }: ImageKnowledge,
): Promise<ImageDescription> {
  const synthetic = (await syntheticFiles.describe([file])).at(0);
  const found = await Promise.all(
    finished.map(async ({ dataset }) => (dataset ? await places.find(dataset, file) : undefined)),
  );
  const place = found.find((candidate) => candidate !== undefined);
  const related = finished.filter(({ id }, index) => found[index] !== undefined || id === synthetic?.run);
  return {
    className: place?.className ?? synthetic?.className,
    split: place?.split,
    synthetic,
    runs: related.length > 0 ? related : finished,
  };
}
