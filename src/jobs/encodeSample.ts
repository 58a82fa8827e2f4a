import { encodePng } from '../data/encodePng.ts';
import type { ModelConfigs } from './modelConfigs.ts';

/** The PNG file of a sample, from its 8-bit pixels `[C, H, W]`. */
export function encodeSample({ imageSize, autoencoder }: ModelConfigs, pixels: Uint8Array): Promise<Buffer> {
  const channels = autoencoder.inChannels === 1 ? 1 : 3;
  return encodePng({ pixels, channels, width: imageSize, height: imageSize });
}
