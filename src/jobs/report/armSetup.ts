import path from 'node:path';
import type { ArmSpec, ExperimentFile } from '../../protocol/experiment.ts';
import type { ArmSetup } from '../../protocol/report.ts';
import { LATENT_METHODS, type Architecture } from '../../protocol/settings.ts';
import { gridSettings } from '../experiment/gridSettings.ts';

/** Only what the file says is looked at, so the hashes of what it names are not needed. */
const UNREAD = '0'.repeat(64);

/** What tells an arm from the others, by the experiment's file. Throws RangeError for an arm that it has not. */
export function armSetup(file: ExperimentFile, name: string, architecture: Architecture): ArmSetup {
  const arm = file.arms.map(specOf).find((one) => (one.name ?? one.method) === name);
  if (!arm) throw new RangeError(`armSetup: the experiment has no arm ${name}.`);
  const { classifier, autoencoder } = gridSettings({
    ...{ preset: file.preset, method: arm.method, architecture, overrides: [file, arm] },
    ...{ seed: 0, fraction: 1, count: 0, skipUnreadable: false },
    resolvePretrained: (source) => ({ path: source, sha256: UNREAD }),
  });
  const isLatent = LATENT_METHODS.some((method) => method === arm.method);
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
    autoencoderData: isLatent ? autoencoder.data : null,
  };
}

function specOf(arm: ExperimentFile['arms'][number]): ArmSpec {
  return typeof arm === 'string' ? { method: arm, mix: 'real' } : arm;
}
