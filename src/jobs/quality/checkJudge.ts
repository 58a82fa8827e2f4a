import type { Dataset } from '../../data/dataset.ts';
import { isPlainMethod } from '../../protocol/methods.ts';
import type { RunFolder } from '../../runs/runFolder.ts';
import { checkImageForm } from '../checkImageForm.ts';
import { datasetOptions, readRunSettings } from '../openRunDataset.ts';
import { hasOtherSplits } from '../otherSplits.ts';
import { checkFit } from '../scores/checkFit.ts';

/**
 * What speaks against a run as the judge of a pool, as sentences: it made the pool, has the seed of the run that did,
 * was trained on synthetic images, or on images of other splits.
 *
 * Throws TsyndError 'run/settings-differ' for a run of other classes, sizes or colours.
 */
export function checkJudge(judge: RunFolder, dataset: Dataset, maker: RunFolder | undefined): string[] {
  checkFit(dataset, judge);
  checkImageForm(dataset, judge);
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
  if (maker && hasOtherSplits(judge, dataset, datasetOptions(readRunSettings(maker), undefined).seed)) {
    warnings.push(
      `The splits of ${dataset.name} are drawn by a seed, and ${judge.id} has another one: it was trained on other images.`,
    );
  }
  return warnings;
}

function seesSyntheticImages(run: RunFolder): boolean {
  const { method, trainingSet } = readRunSettings(run);
  return !isPlainMethod(method) || (trainingSet !== undefined && trainingSet.mix !== 'real');
}
