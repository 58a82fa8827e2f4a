import path from 'node:path';
import { readIfPresent } from '../data/readIfPresent.ts';
import { SAMPLE_README, writeSampleDataset, type SampleDatasetOptions } from '../data/sampleDataset.ts';

/** Draws the sample dataset into a new or empty folder; returns its absolute path. Throws what `writeSampleDataset` throws. */
export async function makeSampleDataset(directory: string, options: SampleDatasetOptions): Promise<string> {
  return (await writeSampleDataset(directory, options)).path;
}

/** The same, but a sample dataset that is there already is kept as it is. */
export async function ensureSampleDataset(directory: string, options: SampleDatasetOptions): Promise<string> {
  // The folder gets its name only when it is complete, so its README.txt vouches for the rest.
  const isPresent = (await readIfPresent(path.join(directory, SAMPLE_README))) !== undefined;
  return isPresent ? path.resolve(directory) : makeSampleDataset(directory, options);
}
