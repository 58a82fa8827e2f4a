import type { Dataset } from '../data/dataset.ts';
import type { RunFolder } from '../runs/runFolder.ts';
import { datasetOptions, readRunSettings } from './openRunDataset.ts';

/**
 * Whether a run drew other splits of the same dataset than the seed `splitSeed` does: its training images may be
 * another's test images.
 */
export function hasOtherSplits(
  run: RunFolder,
  { sha256, splitSource }: Pick<Dataset, 'sha256' | 'splitSource'>,
  splitSeed: number,
): boolean {
  if (splitSource === 'given' || run.manifest.dataset.sha256 !== sha256) return false;
  return datasetOptions(readRunSettings(run), undefined).seed !== splitSeed;
}
