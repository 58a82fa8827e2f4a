import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deriveKey, randomKey, uniforms } from '../../../src/engine/random.ts';
import { floatTensor } from '../../../src/engine/tensor.ts';
import { floatsOf } from '../../../src/evaluation/robustness/attackedClassifier.ts';
import { addNoise, noiseDraws, startDraws } from '../../../src/evaluation/robustness/perturbations.ts';
import { squareSide, SquareSearch } from '../../../src/evaluation/robustness/squareSearch.ts';

const key = randomKey(7);
const SIDE = 16;
const grey = floatTensor([4, 1, SIDE, SIDE], 0.5);
const positions = Int32Array.of(10, 11, 12);

test('noise is standard normal, of its own in each image, and none where the batch is only filled', () => {
  const draws = noiseDraws(key, positions, grey);
  const size = SIDE ** 2;
  const used = draws.subarray(0, 3 * size);
  const mean = used.reduce((sum, draw) => sum + draw, 0) / used.length;
  const variance = used.reduce((sum, draw) => sum + (draw - mean) ** 2, 0) / used.length;
  assert.ok(Math.abs(mean) < 0.1 && Math.abs(variance - 1) < 0.15, `${mean}, ${variance}`);
  assert.ok(draws.subarray(3 * size).every((draw) => draw === 0));
  const rows = [0, 1, 2].map((row) => draws.slice(row * size, (row + 1) * size).join());
  assert.equal(new Set(rows).size, 3);
  assert.deepEqual(noiseDraws(key, positions.slice(1), grey).slice(0, size), draws.slice(size, 2 * size));
});

test('noise of sigma has that deviation until it is clipped to [0, 1]', () => {
  const draws = noiseDraws(key, positions, grey);
  const deviation = (sigma: number): number => {
    const pixels = Float64Array.from(floatsOf(addNoise(grey, draws, sigma)).subarray(0, 3 * SIDE ** 2));
    assert.ok(pixels.every((pixel) => pixel >= 0 && pixel <= 1));
    return Math.sqrt(pixels.reduce((sum, pixel) => sum + (pixel - 0.5) ** 2, 0) / pixels.length);
  };
  assert.ok(Math.abs(deviation(0.1) - 0.1) < 0.01);
  assert.ok(deviation(2) < 0.5 && deviation(2) > 0.4);
});

test('starts fill the whole ball', () => {
  const draws = startDraws(key, positions, grey).subarray(0, 3 * SIDE ** 2);
  assert.ok(draws.every((draw) => draw >= -1 && draw < 1));
  assert.ok(Math.min(...draws) < -0.98 && Math.max(...draws) > 0.98);
});

test('the squares of Square begin at four fifths of the image and shrink to a pixel', () => {
  assert.equal(squareSide(28, 0, 300), Math.round(Math.sqrt(0.8 * 784)));
  const sides = Array.from({ length: 300 }, (_, tried) => squareSide(28, tried, 300));
  sides.forEach((side, tried) => assert.ok(tried === 0 || side <= sides[tried - 1]));
  assert.equal(sides[299], 1);
  assert.ok(squareSide(8, 0, 1) <= 8);
});

test('every image that Square asks about is in the ball and in [0, 1], and differs from the best so far', () => {
  const pixels = Float32Array.from(uniforms(deriveKey(key, 'pixels'), 3 * SIDE ** 2));
  const eps = 0.25;
  const image = { pixels, channels: 3, labels: [0], likelihood: 'softmax' } as const;
  const search = new SquareSearch(image, { eps, queries: 40, key });
  assert.deepEqual(search.question, pixels);
  let best = pixels;
  let asked = 0;
  for (; !search.isDone; asked++) {
    const question = Float32Array.from(search.question);
    question.forEach((pixel, at) => {
      assert.ok(pixel >= 0 && pixel <= 1);
      assert.ok(Math.abs(pixel - pixels[at]) <= eps + 1e-6);
    });
    if (asked > 0) assert.notDeepEqual(question, best);
    // The classifier is sure, and a little less with every other answer.
    const isBetter = asked <= 1 || asked % 2 === 0;
    if (isBetter) best = question;
    search.receive(Float32Array.of(isBetter ? 100 - asked : 200, 0), Float32Array.of(1 - asked / 100, 0));
  }
  assert.equal(asked, 41, 'the image as it is, and 40 queries');
  assert.ok(Math.abs(search.probs[0] - 0.6) < 1e-6, 'the answer for the best');
});

test('Square ends with the first image that is taken for another class', () => {
  const image = {
    pixels: new Float32Array(64).fill(0.5),
    channels: 1,
    labels: [1],
    likelihood: 'softmax',
  } as const;
  const search = new SquareSearch(image, { eps: 0.1, queries: 40, key });
  search.receive(Float32Array.of(0, 2), Float32Array.of(0.1, 0.9));
  assert.equal(search.isDone, false);
  search.receive(Float32Array.of(1, 0), Float32Array.of(0.7, 0.3));
  assert.equal(search.isDone, true);
  assert.ok(search.probs[0] > search.probs[1]);
});
