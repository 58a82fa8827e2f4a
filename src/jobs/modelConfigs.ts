import type { Dataset } from '../data/dataset.ts';
import type { AutoencoderConfig } from '../models/vqvae.ts';
import { LATENT_DOWNSAMPLING } from '../models/vqvae.ts';
import type { ClassifierConfig } from '../models/classifier.ts';
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

/** Throws TsyndError 'settings/invalid' when the autoencoder cannot halve the image size twice. */
export function modelConfigs(
  dataset: Pick<Dataset, 'channels' | 'imageSize' | 'classNames' | 'task'>,
  settings: GenerateSettings,
): ModelConfigs {
  const { channels, imageSize, classNames, task } = dataset;
  if (imageSize % LATENT_DOWNSAMPLING !== 0) {
    const nearest = Math.max(8, Math.round(imageSize / LATENT_DOWNSAMPLING) * LATENT_DOWNSAMPLING);
    throw new TsyndError(
      'settings/invalid',
      `The autoencoder halves images twice, and ${imageSize} pixels are not divisible by ${LATENT_DOWNSAMPLING}.`,
      {
        remedy: `Choose another image size, for example ${nearest} px (on the command line: --image-size ${nearest}).`,
      },
    );
  }
  const { hidden, residualHidden, residualLayers, latentChannels, codes } = settings.autoencoder;
  const { architecture, width } = settings.classifier;
  return {
    autoencoder: { inChannels: channels, hidden, residualHidden, residualLayers, latentChannels, codes },
    classifier: { architecture, width, inChannels: channels, numClasses: classNames.length },
    likelihood: task === 'multi-label' ? 'sigmoid' : 'softmax',
    imageSize,
  };
}
