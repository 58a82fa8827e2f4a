import path from 'node:path';
import type { ImageRef } from '../../protocol/imageData.ts';
import type { ImageDescription } from '../../protocol/libraryApi.ts';
import type { RunSummary } from '../../protocol/runSummary.ts';
import { labelName } from '../labelName.ts';
import type { DatasetPlaces } from './datasetPlaces.ts';
import type { RunReader } from './runReader.ts';
import type { SyntheticFiles } from './syntheticFiles.ts';

/** What an image can be looked up in. */
export interface ImageKnowledge {
  /** Newest first. */
  readonly runs: readonly RunSummary[];
  readonly reader: RunReader;
  readonly places: DatasetPlaces;
  readonly synthetic: SyntheticFiles;
}

/**
 * What is known of an image, by where it lies: its class, its split, whether a run made it, and the finished runs
 * whose classifiers fit it. Throws TsyndError 'run/...' and 'sample/not-found' for the source of a sample that is not
 * there.
 */
export async function describeImage(image: ImageRef, knowledge: ImageKnowledge): Promise<ImageDescription> {
  const finished = knowledge.runs.filter(({ status }) => status === 'finished');
  if (image.kind === 'file') return describeFile(path.resolve(image.path), finished, knowledge);
  const { run, entry } = await knowledge.reader.readSample(image.run, image.sampleId);
  const { classNames, sha256 } = run.manifest.dataset;
  const related = finished.filter(({ dataset }) => dataset?.sha256 === sha256);
  return {
    className: labelName(classNames, entry.label),
    split: entry.parent.split,
    runs: related.length > 0 ? related : finished,
  };
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
