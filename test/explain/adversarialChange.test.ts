import assert from 'node:assert/strict';
import { test } from 'node:test';

import { describeChange, signedDifference } from '../../src/explain/adversarialChange.ts';
import { CHANGE_THRESHOLD } from '../../src/protocol/explanations.ts';

const pair = (reconstruction: number[], adversarial: number[], channels: number) => ({
  reconstruction: Float32Array.from(reconstruction),
  adversarial: Float32Array.from(adversarial),
  channels,
});

const course = { probs: Float32Array.of(0.75, 0.25), flippedAt: 1 };

test('the signed difference is adversarial minus plain, mean of the channels', () => {
  const images = pair([0, 0.5, 0, 0.5], [0.5, 0.25, 0.25, 0.5], 2);
  assert.deepEqual([...signedDifference(images)], [0.375, -0.125]);
});

test('the change is measured over all pixels and channels', () => {
  const { l2, area } = describeChange(pair([0, 0.5, 0, 0.5], [0.5, 0.25, 0.25, 0.5], 2), course);
  assert.ok(Math.abs(l2 - Math.sqrt(0.25 + 0.0625 + 0.0625)) < 1e-12);
  assert.equal(area, 1);
});

test('the area counts pixels on both sides of 0 from the threshold on', () => {
  const just = CHANGE_THRESHOLD + 1e-4;
  const below = CHANGE_THRESHOLD - 1e-4;
  const { area } = describeChange(pair([0, 0.5, 0, 0.5], [just, 0.5 - just, below, 0.5 - below], 1), course);
  assert.equal(area, 0.5);
});

test('colours that trade places change no area, but have a length', () => {
  const { l2, area } = describeChange(pair([0, 1], [1, 0], 2), course);
  assert.equal(area, 0);
  assert.equal(l2, Math.SQRT2);
});

test('the course comes along, without a step where the class was kept', () => {
  const images = pair([0], [0], 1);
  assert.deepEqual(describeChange(images, course), { probs: [0.75, 0.25], flippedAt: 1, l2: 0, area: 0 });
  const kept = describeChange(images, { probs: [0.75], flippedAt: undefined });
  assert.equal('flippedAt' in kept, false);
});
