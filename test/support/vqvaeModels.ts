import type { AutoencoderConfig } from '../../src/models/vqvae.ts';

/** The narrow VQ-VAE of the fixture, as our configuration. */
export function autoencoderConfig(sizes: {
  readonly channels: number;
  readonly hidden: number;
  readonly residualHidden: number;
  readonly latentChannels: number;
  readonly numCodes: number;
}): AutoencoderConfig {
  const { channels, hidden, residualHidden, latentChannels, numCodes } = sizes;
  return { inChannels: channels, hidden, residualHidden, residualLayers: 2, latentChannels, codes: numCodes };
}
