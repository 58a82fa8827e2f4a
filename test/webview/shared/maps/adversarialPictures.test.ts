import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AdversarialExplanation } from '../../../../src/protocol/explanations.ts';
import { adversarialPictures } from '../../../../webview/shared/maps/adversarialPictures.ts';

/** Two colour pixels: the first gets brighter in red alone, the second darker in all channels. */
const EXPLANATION: AdversarialExplanation = {
  target: 1,
  probability: 0.9,
  change: { probs: [0.9, 0.4], flippedAt: 1, l2: 0.6, area: 1 },
  channels: 3,
  width: 2,
  height: 1,
  original: Float32Array.of(0, 1, 0, 1, 0, 1),
  reconstruction: Float32Array.of(0.25, 1, 0.25, 1, 0.25, 1),
  adversarial: Float32Array.of(0.625, 0.75, 0.25, 0.75, 0.25, 0.75),
};

test('a search is shown by its three images, and by what differs from the plain reconstruction', () => {
  const pictures = adversarialPictures(EXPLANATION);
  assert.deepEqual([...pictures.original.pixels], [0, 0, 0, 255, 255, 255]);
  assert.deepEqual([...pictures.adversarial.pixels], [159, 64, 64, 191, 191, 191]);
  assert.deepEqual([...pictures.signed.values], [0.125, -0.25]);
  assert.deepEqual([...pictures.absolute.values], [0.125, 0.25]);
  assert.equal(adversarialPictures(EXPLANATION), pictures);
});
