import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { chooseTargets } from '../../../src/jobs/relevance/chooseTargets.ts';
import { OtherMasks } from '../../../src/jobs/relevance/otherMasks.ts';
import { scoreChange } from '../../../src/jobs/relevance/scoreChange.ts';
import { compareScores, summarizeScores } from '../../../src/jobs/relevance/summarizeScores.ts';

describe('the class to explain', () => {
  const never = (): Promise<Float32Array> => Promise.reject(new Error('Nobody needs probabilities.'));

  test('is the predicted one, the label, or a given one', async () => {
    assert.deepEqual([...(await chooseTargets('predicted', [2, 0], never))], [-1, -1]);
    assert.deepEqual([...(await chooseTargets('label', [2, 0], never))], [2, 0]);
    assert.deepEqual([...(await chooseTargets(1, [2, 0], never))], [1, 1]);
  });

  test('is the most probable of several labels, and the predicted one without a label', async () => {
    const labels = [
      [1, 0, 1],
      [0, 0, 0],
    ] as const;
    const ask = () => Promise.resolve(Float32Array.of(0.2, 0.9, 0.4, 0.3, 0.3, 0.4));
    assert.deepEqual([...(await chooseTargets('label', labels, ask))], [2, -1]);
  });
});

describe('changes', () => {
  const found = (flippedAt: number | undefined) => ({
    classes: Int32Array.of(0, 0),
    originalProbs: Float32Array.of(0.9, 0.9),
    originalPredictions: Int32Array.of(0, 0),
    reconstructions: new Float32Array(8),
    adversarials: Float32Array.of(0, 0, 0, 0, 0.5, 0, 0, -0.5),
    probs: [Float32Array.of(0.9), Float32Array.of(0.9, 0.4)],
    flippedAt: [0, flippedAt],
  });
  const shape = { channels: 1, height: 2, width: 2 };
  const mask = Uint8Array.of(1, 0, 0, 0);

  test('of images that a step flipped have a size', () => {
    assert.deepEqual(scoreChange(found(1), 1, shape, mask), {
      flipped: 1,
      steps: 1,
      l2: Math.SQRT1_2,
      area: 0.5,
      relevanceMass: 0.5,
      relevanceRank: 0.5,
      pointingGame: 0.5,
    });
  });

  test('of images that kept their class have no size, and a place', () => {
    const { flipped, steps, l2, area, relevanceMass } = scoreChange(found(undefined), 1, shape, mask);
    assert.deepEqual([flipped, steps, l2, area, relevanceMass], [0, undefined, undefined, undefined, 0.5]);
  });

  test('of images whose reconstruction is another class are none', () => {
    assert.deepEqual(scoreChange(found(1), 0, shape, mask), { flipped: 1 });
  });
});

describe('estimates', () => {
  const scored = (...values: (number | undefined)[]) =>
    values.map((road) => ({ saliency: road === undefined ? {} : { road }, adversarial: { flipped: 1 } }));

  test('are over the images that have the score; scores that no image has are absent', () => {
    const { saliency, adversarial } = summarizeScores(scored(0.1, undefined, 0.3), 0);
    assert.equal(saliency.road?.images, 2);
    assert.ok(Math.abs(saliency.road.mean - 0.2) < 1e-12);
    assert.deepEqual(Object.keys(saliency), ['road']);
    assert.deepEqual(adversarial.flipped, { mean: 1, low: 1, high: 1, images: 3 });
  });

  test('of differences are over the pairs, second minus first', () => {
    const { saliency } = compareScores(scored(0.1, undefined, 0.3, 0.5), scored(0.2, 0.9, undefined, 0.7), 0);
    assert.equal(saliency.road?.images, 2);
    assert.ok(Math.abs(saliency.road.mean - 0.15) < 1e-12);
    assert.ok(saliency.road.low > 0.09);
  });

  test('depend on the seed in their intervals alone', () => {
    const values = scored(0.1, 0.7, 0.3, 0.5, 0.2, 0.9);
    const [first, again, other] = [1, 1, 2].map((seed) => summarizeScores(values, seed).saliency.road);
    assert.deepEqual(again, first);
    assert.equal(other?.mean, first?.mean);
    assert.notDeepEqual(other, first);
  });
});

test('what other masks mark is their mean, without the image itself and empty ones', () => {
  const [a, b, c] = [Uint8Array.of(1, 0), Uint8Array.of(1, 1), Uint8Array.of(0, 1)];
  const others = new OtherMasks([a, undefined, b, new Uint8Array(2), c]);
  assert.deepEqual([...others.meanWithout(a)!], [0.5, 1]);
  assert.deepEqual([...others.meanWithout(b)!], [0.5, 0.5]);
  assert.equal(others.meanWithout(undefined), undefined);
  assert.equal(others.meanWithout(new Uint8Array(2)), undefined);
  assert.equal(new OtherMasks([a, undefined]).meanWithout(a), undefined);
});
