import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Dataset } from '../../data/dataset.ts';
import { TsyndError } from '../../protocol/errors.ts';
import type { GenerateSettings } from '../../protocol/settings.ts';
import { RunFolder, runPaths } from '../../runs/runFolder.ts';
import type { ModelConfigs } from '../modelConfigs.ts';
import { datasetOptions, readRunSettings } from '../openRunDataset.ts';
import { hasOtherSplits } from '../otherSplits.ts';
import { readPretrained } from './readPretrained.ts';

/**
 * What a person should know about the weights that a run starts from; none where it starts from nothing. Throws TsyndError
 * 'settings/invalid' for weights that may have been trained on this run's test images, and what `readPretrained` throws,
 * before anything is trained.
 */
export async function checkPretrained(
  settings: GenerateSettings,
  { classifier }: Pick<ModelConfigs, 'classifier'>,
  dataset: Pick<Dataset, 'name' | 'sha256' | 'splitSource'>,
): Promise<readonly string[]> {
  const { pretrained } = settings.classifier;
  if (!pretrained) return [];
  const { notes } = await readPretrained(pretrained, classifier);
  const maker = await findMaker(pretrained.path);
  if (maker?.manifest.dataset.sha256 !== dataset.sha256) return notes;
  if (hasOtherSplits(maker, dataset, datasetOptions(settings, undefined).seed)) {
    throw new TsyndError(
      'settings/invalid',
      `The weights to start from, of run ${maker.id}, were trained on other splits of ${dataset.name}: ` +
        'its test images may be among them.',
      { remedy: 'The splits are drawn by the seed: give them in the dataset, or use the seed of that run.' },
    );
  }
  const { fraction } = readRunSettings(maker);
  const share = `${Number((100 * fraction).toPrecision(4))} %`;
  return [
    ...notes,
    `The weights to start from, of run ${maker.id}, know ${share} of the training labels of ${dataset.name} already.`,
  ];
}

/** The run that made a checkpoint, given by the run's folder or the file in it; undefined for other files. */
async function findMaker(source: string): Promise<RunFolder | undefined> {
  const folders = [source, path.dirname(path.dirname(source))];
  const folder = folders.find((one) => existsSync(runPaths(one).manifest));
  return folder === undefined ? undefined : RunFolder.open(folder);
}
