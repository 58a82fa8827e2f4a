import { integers, randomKey } from '../engine/random.ts';
import type { HostTensor } from '../engine/tensor.ts';
import { featureCount } from '../models/classifier.ts';
import { dropoutMasks } from '../tsynd/dropoutMasks.ts';
import { runKey, type RunSession } from './runSession.ts';

/** The seed of the masks of a run's samples, which every record names. */
export function sampleMaskSeed(session: Pick<RunSession, 'settings'>): number {
  return integers(runKey(session, 'samples', 'maskSeed'), 1, 2 ** 31)[0];
}

/** The run's dropout masks `[S, F]` of mutual information. */
export function sampleMasks(
  { settings, configs }: Pick<RunSession, 'settings' | 'configs'>,
  maskSeed: number,
): HostTensor {
  const features = featureCount(configs.classifier);
  return dropoutMasks(
    randomKey(maskSeed),
    settings.generation.numMcSamples,
    features,
    settings.classifier.dropout,
  );
}
