import type { AdversarialExplanation } from '../../src/protocol/explanations.ts';

const known = new WeakMap<AdversarialExplanation, Float32Array>();

/** [H, W] adversarial minus plain reconstruction, mean of the channels; where white is 1. The same array each time. */
export function signedDifference(explanation: AdversarialExplanation): Float32Array {
  const found = known.get(explanation);
  if (found) return found;
  const { channels, width, height, reconstruction, adversarial } = explanation;
  const area = width * height;
  const difference = new Float32Array(area);
  for (let channel = 0; channel < channels; channel++) {
    for (let i = 0; i < area; i++) {
      const position = channel * area + i;
      difference[i] += (adversarial[position] - reconstruction[position]) / channels;
    }
  }
  known.set(explanation, difference);
  return difference;
}
