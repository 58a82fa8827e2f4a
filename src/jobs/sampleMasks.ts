import { integers, randomKey } from '../engine/random.ts';
import type { HostTensor } from '../engine/tensor.ts';
import { maskWidth } from '../models/classifier.ts';
import { dropoutMasks } from '../tsynd/dropoutMasks.ts';
import { runKey, type RunSession } from './runSession.ts';

/** The seed of the masks of a run's samples, which every record names. */
export function sampleMaskSeed(session: Pick<RunSession, 'settings'>): number {
  return integers(runKey(session, 'samples', 'maskSeed'), 1, 2 ** 31)[0];
}

/** The run's dropout masks `[S, M]` of mutual information. */
export function sampleMasks(
  { settings, configs }: Pick<RunSession, 'settings' | 'configs'>,
  maskSeed: number,
): HostTensor {
  const units = maskWidth(configs.classifier);
  return dropoutMasks(
    randomKey(maskSeed),
    settings.generation.numMcSamples,
    units,
    settings.classifier.dropout,
  );
}
