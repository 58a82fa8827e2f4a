import { TsyndError } from '../protocol/errors.ts';
import { canMakeSamples, isPlainMethod } from '../protocol/methods.ts';
import type { GenerateSettings } from '../protocol/settings.ts';

/**
 * Throws TsyndError 'settings/invalid' for settings that contradict each other: a method that makes synthetic images
 * while it trains on a training set that has some already, or samples of a method that has no latents to make them of.
 */
export function checkMethod({
  method,
  count,
  trainingSet,
}: Pick<GenerateSettings, 'method' | 'count' | 'trainingSet'>): void {
  if (trainingSet && trainingSet.mix !== 'real' && !isPlainMethod(method)) {
    throw new TsyndError(
      'settings/invalid',
      `The method '${method}' makes synthetic images while it trains, and so cannot train on '${trainingSet.mix}'.`,
      { remedy: "Train on real images alone, or choose the method 'baseline', 'flip-shift' or 'mixup'." },
    );
  }
  if (count > 0 && !canMakeSamples(method)) {
    throw new TsyndError(
      'settings/invalid',
      `The method '${method}' changes pixels and has no latents, so that it cannot make samples.`,
      { remedy: 'Set the number of images to 0 (on the command line: --count 0), or choose another method.' },
    );
  }
}
