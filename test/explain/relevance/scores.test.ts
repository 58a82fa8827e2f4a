import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { deriveKey, randomKey, uniforms } from '../../../src/engine/random.ts';
import { imputeLinearly } from '../../../src/explain/relevance/imputation.ts';
import { curveArea, curveTrials, CURVE_STEPS } from '../../../src/explain/relevance/insertionDeletion.ts';
import { localise } from '../../../src/explain/relevance/localisation.ts';
import { roadTrials } from '../../../src/explain/relevance/road.ts';
import type { Trials } from '../../../src/explain/relevance/trials.ts';

const SIDE = 12;
const shape = { channels: 1, height: SIDE, width: SIDE };
const area = SIDE * SIDE;
const key = randomKey(4);

/** A 4 x 4 square at rows and columns 6 to 9. */
const patch = Uint8Array.from({ length: area }, (_, at) => {
  const [row, column] = [Math.floor(at / SIDE), at % SIDE];
  return row >= 6 && row < 10 && column >= 6 && column < 10 ? 1 : 0;
});
/** Dim noise with the bright square in it. */
const image = Float32Array.from(uniforms(key, area, 0, 0.3), (value, at) => value + 0.7 * patch[at]);

/** A classifier that sees the square alone: the share of its brightness that is left. */
function scoreOf<T>(trials: Trials<T>): T {
  const { count, images } = trials;
  const brightness = (pixels: Float32Array): number =>
    pixels.reduce((sum, value, at) => sum + value * patch[at], 0);
  const whole = brightness(image);
  return trials.score(
    Array.from({ length: count }, (_, n) => brightness(images.subarray(n * area, (n + 1) * area)) / whole),
  );
}

const trueMap = Float32Array.from(patch);
const falseMap = trueMap.map((value) => 1 - value);

describe('insertion and deletion', () => {
  test('a map of what the classifier looks at scores better than its opposite', () => {
    const right = scoreOf(curveTrials(image, trueMap, shape, key));
    const wrong = scoreOf(curveTrials(image, falseMap, shape, key));
    assert.ok(right.insertion > wrong.insertion + 0.2, `${right.insertion} and ${wrong.insertion}`);
    assert.ok(right.deletion < wrong.deletion - 0.5, `${right.deletion} and ${wrong.deletion}`);
  });

  test('the curves run from the blurred image to the image, and from the image to black', () => {
    const { images } = curveTrials(image, trueMap, shape, key);
    const at = (n: number): number[] => [...images.subarray(n * area, (n + 1) * area)];
    assert.notDeepEqual(at(0), [...image]);
    assert.deepEqual(at(CURVE_STEPS), [...image]);
    assert.deepEqual(at(CURVE_STEPS + 1), [...image]);
    assert.deepEqual(at(2 * CURVE_STEPS + 1), new Array(area).fill(0));
  });

  test('the area is that of the trapezoids', () => {
    assert.equal(curveArea([1, 1, 1]), 1);
    assert.equal(curveArea([0, 1]), 0.5);
    assert.equal(curveArea([0, 0, 1]), 0.25);
  });
});

describe('ROAD', () => {
  test('a true map scores above 0, its opposite below', () => {
    const right = scoreOf(roadTrials(image, trueMap, shape, key));
    const wrong = scoreOf(roadTrials(image, falseMap, shape, key));
    assert.ok(right > 0.1, `${right}`);
    assert.ok(wrong < -0.1, `${wrong}`);
  });

  test('a map that says nothing scores 0, and one with equal values has a score', () => {
    for (const value of [0, 0.5, 1]) {
      assert.equal(scoreOf(roadTrials(image, new Float32Array(area).fill(value), shape, key)), 0);
    }
    // Most of the map is 0, below which no pixel is.
    assert.ok(Number.isFinite(scoreOf(roadTrials(image, trueMap, shape, key))));
  });
});

test('the same key gives the same trials, another one others where the map leaves the order open', () => {
  const bytes = (seed: number) => [
    ...roadTrials(image, trueMap, shape, randomKey(seed)).images,
    ...curveTrials(image, trueMap, shape, randomKey(seed)).images,
  ];
  assert.deepEqual(bytes(1), bytes(1));
  assert.notDeepEqual(bytes(1), bytes(2));
});

test('what does not fit is refused', () => {
  const map = new Float32Array(area);
  for (const trials of [curveTrials, roadTrials]) {
    assert.throws(() => trials(image, map.subarray(1), shape, key), RangeError);
    assert.throws(() => trials(image.subarray(1), map, shape, key), RangeError);
    assert.throws(() => trials(image, map.with(3, NaN), shape, key), /value at 3 is NaN/);
  }
  assert.throws(() => imputeLinearly(image, new Uint8Array(area), shape), RangeError);
});

describe('imputation', () => {
  test('every pixel that was not kept is the weighted mean of its neighbours', () => {
    const kept = Uint8Array.from(uniforms(deriveKey(key, 'kept'), area), (draw) => (draw < 0.2 ? 1 : 0));
    const filled = imputeLinearly(image, kept, shape);
    for (let at = 0; at < area; at++) {
      if (kept[at] === 1) {
        assert.equal(filled[at], image[at]);
        continue;
      }
      let [sum, total] = [0, 0];
      for (const [dy, dx, weight] of [
        ...[-1, 1].flatMap((step) => [
          [step, 0, 2],
          [0, step, 2],
        ]),
        ...[-1, 1].flatMap((dy) => [-1, 1].map((dx) => [dy, dx, 1])),
      ]) {
        const [row, column] = [Math.floor(at / SIDE) + dy, (at % SIDE) + dx];
        if (row < 0 || row >= SIDE || column < 0 || column >= SIDE) continue;
        sum += weight * filled[row * SIDE + column];
        total += weight;
      }
      assert.ok(Math.abs(filled[at] - sum / total) < 1e-8, `${filled[at]} at ${at}`);
    }
  });

  test('an image of one grey stays as it is, and so does one of which all is kept', () => {
    const grey = new Float32Array(area).fill(0.25);
    const filled = imputeLinearly(grey, patch, shape);
    assert.ok(filled.every((value) => Math.abs(value - 0.25) < 1e-9));
    assert.deepEqual([...imputeLinearly(image, new Uint8Array(area).fill(1), shape)], [...image]);
  });
});

describe('localisation', () => {
  test('a map that is the mask scores 1, and what lies outside scores 0', () => {
    assert.deepEqual(localise(trueMap, patch), { relevanceMass: 1, relevanceRank: 1, pointingGame: 1 });
    assert.deepEqual(localise(falseMap, patch), { relevanceMass: 0, relevanceRank: 0, pointingGame: 0 });
  });

  test('an empty mask is excluded, and not a hit', () => {
    assert.equal(localise(trueMap, new Uint8Array(area)), undefined);
  });

  test('a map that marks nothing scores what chance gives', () => {
    const chance = 16 / area;
    for (const value of [0, 0.7]) {
      const { relevanceMass, relevanceRank, pointingGame } = localise(
        new Float32Array(area).fill(value),
        patch,
      )!;
      for (const score of [relevanceMass, relevanceRank, pointingGame]) {
        assert.ok(Math.abs(score - chance) < 1e-6, `${score} is not ${chance}`);
      }
    }
  });

  test('signed maps and sizes that differ are refused', () => {
    assert.throws(() => localise(trueMap.with(5, -0.1), patch), /the map has the value -0.1/);
    assert.throws(() => localise(trueMap.with(5, NaN), patch), RangeError);
    assert.throws(() => localise(trueMap, patch.subarray(1)), RangeError);
  });
});
