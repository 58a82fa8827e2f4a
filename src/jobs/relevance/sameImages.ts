import { SPLIT_NAMES, type Dataset, type ImageSource } from '../../data/dataset.ts';
import { TsyndError } from '../../protocol/errors.ts';
import type { RunFolder } from '../../runs/runFolder.ts';
import { openRunDataset, readRunSettings, type RunDatasetRequest } from '../openRunDataset.ts';

/**
 * Whether two runs saw the same images in the same splits: what one was trained on must not be what the other is
 * measured on.
 *
 * @param dataset the first run's, as it was read for it
 * @throws TsyndError 'run/settings-differ', and what `openRunDataset` throws
 */
export async function checkSameImages(
  first: RunFolder,
  second: RunFolder,
  dataset: Dataset,
  request: RunDatasetRequest,
): Promise<void> {
  const [before, after] = [first.manifest.dataset, second.manifest.dataset];
  if (before.sha256 !== after.sha256) {
    throw different(first, second, 'were made from different datasets', 'Choose two runs of one dataset.');
  }
  if (before.imageSize !== after.imageSize || before.channels !== after.channels) {
    const remedy = 'Choose two runs with the same image size.';
    throw different(first, second, 'have images of different sizes or colours', remedy);
  }
  const [ours, theirs] = [readRunSettings(first), readRunSettings(second)];
  if (ours.seed === theirs.seed && ours.skipUnreadable === theirs.skipUnreadable) return;
  const other = (await openRunDataset(second, request)).dataset;
  if (SPLIT_NAMES.every((split) => isSameList(dataset[split].sources, other[split].sources))) return;
  throw different(
    first,
    second,
    'have other images in their splits, which were drawn by their seeds',
    'Train both with the same seed, or give the dataset train, val and test splits of its own.',
  );
}

function isSameList(a: readonly ImageSource[], b: readonly ImageSource[]): boolean {
  return (
    a.length === b.length && a.every(({ file, index }, at) => file === b[at].file && index === b[at].index)
  );
}

function different(first: RunFolder, second: RunFolder, problem: string, remedy: string): TsyndError {
  return new TsyndError('run/settings-differ', `The runs ${first.id} and ${second.id} ${problem}.`, {
    remedy,
    details: { first: first.id, second: second.id },
  });
}
