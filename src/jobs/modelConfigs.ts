import type { Dataset } from '../data/dataset.ts';
import type { AutoencoderConfig } from '../models/vqvae.ts';
import { LATENT_DOWNSAMPLING } from '../models/vqvae.ts';
import type { ClassifierConfig } from '../models/classifier.ts';
import { patchFor } from '../models/imageScale.ts';
import { TsyndError } from '../protocol/errors.ts';
import type { GenerateSettings } from '../protocol/settings.ts';
import type { Likelihood } from '../tsynd/uncertainty.ts';

/** What the dataset and the settings together decide about the models. */
export interface ModelConfigs {
  readonly autoencoder: AutoencoderConfig;
  readonly classifier: ClassifierConfig;
  readonly likelihood: Likelihood;
  readonly imageSize: number;
}

/**
 * Throws TsyndError 'settings/invalid' when the autoencoder cannot halve the image size twice, or a transformer cannot cut
 * images into whole patches.
 */
export function modelConfigs(
  dataset: Pick<Dataset, 'channels' | 'imageSize' | 'classNames' | 'task'>,
  settings: GenerateSettings,
): ModelConfigs {
  const { channels, imageSize, classNames, task } = dataset;
  if (imageSize % LATENT_DOWNSAMPLING !== 0) {
    const problem = `The autoencoder halves images twice, and ${imageSize} pixels are not divisible by ${LATENT_DOWNSAMPLING}.`;
    throw indivisible(problem, imageSize, LATENT_DOWNSAMPLING);
  }
  const { hidden, residualHidden, residualLayers, latentChannels, codes } = settings.autoencoder;
  const { architecture, head, width } = settings.classifier;
  checkPatches(architecture, imageSize);
  return {
    autoencoder: { inChannels: channels, hidden, residualHidden, residualLayers, latentChannels, codes },
    classifier: {
      architecture,
      head,
      width,
      imageSize,
      inChannels: channels,
      numClasses: classNames.length,
    },
    likelihood: task === 'multi-label' ? 'sigmoid' : 'softmax',
    imageSize,
  };
}

function checkPatches(architecture: ClassifierConfig['architecture'], imageSize: number): void {
  const patch = patchFor(imageSize);
  if (!architecture.startsWith('deit-') || imageSize % patch === 0) return;
  const problem = `${architecture} cuts images into patches of ${patch} pixels, and ${imageSize} are not divisible by that.`;
  throw indivisible(problem, imageSize, patch);
}

function indivisible(problem: string, imageSize: number, divisor: number): TsyndError {
  const nearest = Math.max(8, Math.round(imageSize / divisor) * divisor);
  return new TsyndError('settings/invalid', problem, {
    remedy: `Choose another image size, for example ${nearest} px (on the command line: --image-size ${nearest}).`,
  });
}
