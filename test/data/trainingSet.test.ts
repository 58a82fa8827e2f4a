import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { gatherImages } from '../../src/data/batch.ts';
import type { LabelledImages, PixelArray } from '../../src/data/dataset.ts';
import { drawSynthetic } from '../../src/data/drawSynthetic.ts';
import { pictureDigests } from '../../src/data/pictureDigests.ts';
import {
  mixedTraining,
  realTraining,
  selectSynthetic,
  type SyntheticImages,
} from '../../src/data/trainingSet.ts';
import { randomKey } from '../../src/engine/random.ts';
import { assertFails } from './helpers.ts';

/** Images of 1 x 1 pixels. */
function realOf(pixels: PixelArray, maxValue: number, labels: readonly number[]): LabelledImages<'train'> {
  const count = pixels.length;
  const sources = Array.from({ length: count }, (_, index) => ({ split: 'train', index }) as const);
  return { split: 'train', count, pixels, maxValue, labels: Int32Array.from(labels), sources };
}

function syntheticOf(pixels: PixelArray, maxValue: number, labels: readonly number[]): SyntheticImages {
  return {
    kind: 'synthetic',
    count: pixels.length,
    pixels,
    maxValue,
    labels: Int32Array.from(labels),
    origins: Array.from({ length: pixels.length }, (_, index) => `image ${index}`),
    parents: Array.from({ length: pixels.length }, (_, index) => 10 * index),
    task: 'multi-class',
  };
}

const zeros = (count: number): number[] => new Array<number>(count).fill(0);

describe('real and synthetic images in one range', () => {
  const every8 = Uint8Array.from({ length: 256 }, (_, value) => value);
  const some16 = Uint16Array.from([0, 1, 4660, 65535]);
  const floats = Float32Array.from([0, 1 / 3, 1]);
  const cases: [string, PixelArray, number, PixelArray, number, number][] = [
    ['8 and 8 bits', every8, 255, every8, 255, 255],
    ['8 and 16 bits', every8, 255, some16, 65535, 65535],
    ['16 and 8 bits', some16, 65535, every8, 255, 65535],
    ['8 bits and floats', every8, 255, floats, 1, 1],
    ['16 bits and floats', some16, 65535, floats, 1, 1],
    ['floats and 8 bits', floats, 1, every8, 255, 1],
  ];
  for (const [what, ofReal, realMax, ofSynthetic, syntheticMax, expected] of cases) {
    test(`${what}: neither changes as a batch gives it`, () => {
      const real = realOf(ofReal, realMax, zeros(ofReal.length));
      const synthetic = syntheticOf(ofSynthetic, syntheticMax, zeros(ofSynthetic.length));
      const mixed = mixedTraining(real, synthetic);
      assert.deepEqual(
        [mixed.maxValue, mixed.count, mixed.real],
        [expected, real.count + synthetic.count, real.count],
      );
      const valuesOf = (images: Parameters<typeof gatherImages>[0], start: number, count: number) => [
        ...gatherImages(
          images,
          Array.from({ length: count }, (_, offset) => start + offset),
        ).data,
      ];
      assert.deepEqual(valuesOf(mixed, 0, real.count), valuesOf(realTraining(real), 0, real.count));
      assert.deepEqual(
        valuesOf(mixed, real.count, synthetic.count),
        valuesOf({ ...realTraining(real), ...synthetic }, 0, synthetic.count),
      );
    });
  }

  test('labels follow their images', () => {
    const mixed = mixedTraining(
      realOf(every8.slice(0, 2), 255, [1, 0]),
      syntheticOf(every8.slice(0, 3), 255, [2, 0, 1]),
    );
    assert.deepEqual([...mixed.labels], [1, 0, 2, 0, 1]);
  });
});

test('a selection keeps pixels, labels, origins and parents together', () => {
  const images = selectSynthetic(syntheticOf(Uint8Array.from([5, 6, 7]), 255, [0, 1, 2]), [2, 0]);
  const { count, pixels, labels, origins, parents } = images;
  assert.deepEqual(
    [count, [...pixels], [...labels], origins, parents],
    [2, [7, 5], [2, 0], ['image 2', 'image 0'], [20, 0]],
  );
});

describe('drawing synthetic images', () => {
  const names = ['few', 'many'];
  const real = realOf(new Uint8Array(10), 255, [0, 0, 1, 1, 1, 1, 1, 1, 1, 1]);
  const pool = syntheticOf(
    new Uint8Array(40),
    255,
    Array.from({ length: 40 }, (_, index) => (index < 15 ? 0 : 1)),
  );
  const countsOf = (indices: readonly number[]): number[] =>
    names.map((_, label) => indices.filter((index) => pool.labels[index] === label).length);
  const draw = (ratio: number, seed = 1): number[] =>
    drawSynthetic(pool, real, ratio, { key: randomKey(seed) }, names);

  test('keeps the proportions of the real classes', () => {
    assert.deepEqual(countsOf(draw(1)), [2, 8]);
    assert.deepEqual(countsOf(draw(3)), [6, 24]);
    assert.deepEqual(countsOf(draw(0.5)), [1, 4]);
    assert.deepEqual(countsOf(draw(0.01)), [1, 1]);
  });

  test('takes each image once, the same for a seed and others for another', () => {
    const drawn = draw(2);
    assert.equal(new Set(drawn).size, 20);
    assert.deepEqual(draw(2), drawn);
    assert.notDeepEqual(draw(2, 2), drawn);
    assert.notDeepEqual(drawn, drawSynthetic(pool, real, 2, 'as they stand', names));
  });

  test('as they stand are the first of each class', () => {
    assert.deepEqual(drawSynthetic(pool, real, 0.5, 'as they stand', names), [0, 15, 16, 17, 18]);
  });

  test('says how many are missing of which class, and what would do', async () => {
    await assertFails(
      () => draw(4),
      'settings/invalid',
      /too few images for 4 synthetic ones a real one: 25 of 32 of 'many'/,
      /at most about 3\.12/,
    );
    const one = syntheticOf(new Uint8Array(5), 255, zeros(5));
    await assertFails(
      () => drawSynthetic(one, real, 0.5, 'as they stand', names),
      'settings/invalid',
      /0 of 4 of 'many'/,
      /every class/,
    );
  });

  test('of images with several labels draws their whole number', () => {
    const labels = Int32Array.from({ length: 80 }, (_, index) => index % 2);
    const multi: SyntheticImages = { ...pool, labels, task: 'multi-label' };
    const drawn = drawSynthetic(multi, real, 1.5, { key: randomKey(1) }, names);
    assert.equal(new Set(drawn).size, 15);
  });
});

test('a picture has one digest in 8 bits, 16 bits and floats', () => {
  const bytes = Uint8Array.from([0, 77, 255, 3]);
  const of = (pixels: PixelArray, maxValue: number): string[] =>
    pictureDigests({ count: 2, pixels, maxValue });
  const expected = of(bytes, 255);
  assert.notEqual(expected[0], expected[1]);
  assert.deepEqual(
    of(
      Uint16Array.from(bytes, (value) => value * 257),
      65535,
    ),
    expected,
  );
  assert.deepEqual(
    of(
      Float32Array.from(bytes, (value) => value / 255),
      1,
    ),
    expected,
  );
});
