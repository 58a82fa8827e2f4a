import { SPLIT_NAMES, type Dataset, type ImageSource } from '../../data/dataset.ts';
import { TsyndError } from '../../protocol/errors.ts';
import type { RunFolder } from '../../runs/runFolder.ts';
import { readRunSettings } from '../openRunDataset.ts';

/** Whether two runs were made from the same images, which they also see in the same form. */
export function hasSameImages({ manifest }: RunFolder, other: RunFolder): boolean {
  return hasSameDataset(manifest, other.manifest) && hasSameForm(manifest, other.manifest);
}

/**
 * Throws TsyndError 'settings/invalid' for a run beside itself or beside one of its name, as copies are, and 'run/settings-differ' for runs of
 * other images or classes.
 */
export function checkComparable(first: RunFolder, second: RunFolder): void {
  if (first.paths.root === second.paths.root) {
    throw new TsyndError('settings/invalid', `Run ${first.id} cannot be compared with itself.`, {
      remedy: 'Choose another run of the same dataset.',
    });
  }
  if (first.id === second.id) {
    throw new TsyndError('settings/invalid', `Both runs are named ${first.id} and could not be told apart.`, {
      remedy: 'Choose another run of the same dataset; a copy of a run has its name.',
    });
  }
  const [before, after] = [first.manifest, second.manifest];
  if (!hasSameDataset(before, after)) {
    throw different(first, second, 'were made from different datasets', 'Choose two runs of one dataset.');
  }
  if (!hasSameForm(before, after)) {
    const remedy = 'Choose two runs with the same image size.';
    throw different(first, second, 'have images of different sizes or colours', remedy);
  }
  const [ours, theirs] = [before.dataset.classNames, after.dataset.classNames];
  if (ours.length !== theirs.length || ours.some((name, index) => name !== theirs[index])) {
    const remedy = 'Choose two runs with the same classes in the same order.';
    throw different(first, second, 'have different classes', remedy);
  }
}

/**
 * Whether two runs that can be compared saw the same images in the same splits: what one was trained on must not be what
 * the other is asked about.
 *
 * @param dataset the first run's, as it was read for it
 * @param open reads the second run's, which happens only where it may differ
 * @throws TsyndError 'run/settings-differ', and what `open` throws
 */
export async function checkSameSplits(
  first: RunFolder,
  second: RunFolder,
  dataset: Dataset,
  open: () => Promise<Dataset>,
): Promise<void> {
  const [ours, theirs] = [readRunSettings(first), readRunSettings(second)];
  if (ours.seed === theirs.seed && ours.skipUnreadable === theirs.skipUnreadable) return;
  const other = await open();
  if (SPLIT_NAMES.every((split) => isSameList(dataset[split].sources, other[split].sources))) return;
  throw different(
    first,
    second,
    'have other images in their splits, which were drawn by their seeds',
    'Train both with the same seed, or give the dataset train, val and test splits of its own.',
  );
}

type Manifest = RunFolder['manifest'];

function hasSameDataset({ dataset }: Manifest, other: Manifest): boolean {
  return dataset.sha256 === other.dataset.sha256;
}

function hasSameForm({ dataset }: Manifest, other: Manifest): boolean {
  return dataset.imageSize === other.dataset.imageSize && dataset.channels === other.dataset.channels;
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
