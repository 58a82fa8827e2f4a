import { describeChange, signedDifference } from '../../explain/adversarialChange.ts';
import type { AdversarialImages } from '../../explain/adversarialSearch.ts';
import { localise } from '../../explain/relevance/localisation.ts';
import type { ImageShape } from '../../explain/relevance/trials.ts';
import type { ImageScores } from './summarizeScores.ts';

/** The scores of one of the images that were changed; see ADVERSARIAL_SCORES for which images have which. */
export function scoreChange(
  found: AdversarialImages,
  position: number,
  { channels, height, width }: ImageShape,
  mask: Uint8Array | undefined,
): ImageScores['adversarial'] {
  const size = channels * height * width;
  const rowOf = (values: Float32Array): Float32Array =>
    values.subarray(position * size, (position + 1) * size);
  const pair = {
    reconstruction: rowOf(found.reconstructions),
    adversarial: rowOf(found.adversarials),
    channels,
  };
  const flippedAt = found.flippedAt[position];
  if (flippedAt === 0) return { flipped: 1 };
  const { l2, area } = describeChange(pair, { probs: found.probs[position], flippedAt });
  return {
    flipped: flippedAt === undefined ? 0 : 1,
    ...(flippedAt !== undefined && { steps: flippedAt, l2, area }),
    ...(mask && localise(signedDifference(pair).map(Math.abs), mask)),
  };
}
