import type { Dataset } from '../../data/dataset.ts';
import { TsyndError } from '../../protocol/errors.ts';
import { PLAIN_METHODS } from '../../protocol/settings.ts';
import type { RunFolder } from '../../runs/runFolder.ts';
import { datasetOptions, readRunSettings } from '../openRunDataset.ts';
import { checkFit } from '../scores/checkFit.ts';

/**
 * What speaks against a run as the judge of a pool, as sentences: it made the pool, has the seed of the run that did,
 * was trained on synthetic images, or on images of other splits.
 *
 * Throws TsyndError 'run/settings-differ' for a run of other classes, sizes or colours.
 */
export function checkJudge(judge: RunFolder, dataset: Dataset, maker: RunFolder | undefined): string[] {
  checkFit(dataset, judge);
  checkForm(judge, dataset);
  if (maker?.id === judge.id) {
    return [`${judge.id} made the pool itself: that it agrees with the labels says little.`];
  }
  const warnings: string[] = [];
  if (maker?.manifest.seed === judge.manifest.seed) {
    warnings.push(
      `${judge.id} has the seed of the run that made the pool, and is no independent classifier.`,
    );
  }
  if (seesSyntheticImages(judge)) {
    warnings.push(
      `${judge.id} was itself trained on synthetic images; a baseline of real images judges better.`,
    );
  }
  if (maker && hasOtherSplits(judge, maker, dataset)) {
    warnings.push(
      `The splits of ${dataset.name} are drawn by a seed, and ${judge.id} has another one: it was trained on other images.`,
    );
  }
  return warnings;
}

function checkForm({ id, manifest }: RunFolder, { path, imageSize, channels }: Dataset): void {
  const known = manifest.dataset;
  if (known.imageSize === imageSize && known.channels === channels) return;
  throw new TsyndError(
    'run/settings-differ',
    `Run ${id} cannot judge images of ${path}: it sees ${known.imageSize} pixels in ${colours(known.channels)}, and these have ${imageSize} in ${colours(channels)}.`,
    { remedy: 'Choose a run with the same image size and colours.' },
  );
}

function colours(channels: 1 | 3): string {
  return channels === 1 ? 'grey' : 'colour';
}

function seesSyntheticImages(run: RunFolder): boolean {
  const { method, trainingSet } = readRunSettings(run);
  const isPlain = PLAIN_METHODS.some((plain) => plain === method);
  return !isPlain || (trainingSet !== undefined && trainingSet.mix !== 'real');
}

function hasOtherSplits(judge: RunFolder, maker: RunFolder, { splitSource }: Dataset): boolean {
  if (splitSource === 'given' || judge.manifest.dataset.sha256 !== maker.manifest.dataset.sha256)
    return false;
  const seedOf = (run: RunFolder): number => datasetOptions(readRunSettings(run), undefined).seed;
  return seedOf(judge) !== seedOf(maker);
}
