import path from 'node:path';
import type { ExperimentFile } from '../../protocol/experiment.ts';
import type { ArmSetup } from '../../protocol/report.ts';
import { isLatentMethod } from '../../protocol/methods.ts';
import type { Architecture } from '../../protocol/settings.ts';
import { armOf, armSettings } from './armSettings.ts';

/** What tells an arm from the others, by the experiment's file. Throws RangeError for an arm that it has not. */
export function armSetup(file: ExperimentFile, name: string, architecture: Architecture): ArmSetup {
  const arm = armOf(file, name);
  const { classifier, autoencoder, precision } = armSettings(file, arm, architecture);
  return {
    method: arm.method,
    mix: arm.mix,
    pool: arm.pool ?? null,
    filter: arm.filter?.kind ?? null,
    ratio: arm.ratio ?? null,
    head: classifier.head,
    recipe: classifier.recipe,
    dropout: classifier.dropout,
    pretrained: classifier.pretrained ? path.parse(classifier.pretrained.path).name : null,
    validation: classifier.validation,
    autoencoderData: isLatentMethod(arm.method) ? autoencoder.data : null,
    ...(precision === undefined ? {} : { precision }),
  };
}
