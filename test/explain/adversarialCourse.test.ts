import assert from 'node:assert/strict';
import { test } from 'node:test';

import { AdversarialCourse } from '../../src/explain/adversarialCourse.ts';
import { TsyndError } from '../../src/protocol/errors.ts';

test('softmax: a class is given up with the first prediction of another one', () => {
  const course = new AdversarialCourse(Int32Array.of(2, 0, 1), 'softmax');
  // Image 1 is another class from the start; image 0 keeps its class at a probability below one half.
  assert.deepEqual(course.visit(0, { probs: [0.9, 0.4, 0.8], predictions: [2, 1, 1] }), [1]);
  assert.deepEqual(course.visit(1, { probs: [0.4, 0.1, 0.7], predictions: [2, 1, 1] }), []);
  assert.deepEqual(course.visit(2, { probs: [0.3, 0.1, 0.6], predictions: [0, 1, 1] }), [0]);
  assert.deepEqual(course.searching, [2]);
  assert.deepEqual(course.flippedAt, [2, 0, undefined]);
  assert.deepEqual(course.probs, [[0.9, 0.4, 0.3], [0.4], [0.8, 0.7, 0.6]]);
});

test('sigmoid: a label is given up below one half, whatever other labels say', () => {
  const course = new AdversarialCourse(Int32Array.of(0, 1), 'sigmoid');
  assert.deepEqual(course.visit(0, { probs: [0.5, 0.9], predictions: [1, 0] }), []);
  assert.deepEqual(course.visit(1, { probs: [0.49, 0.6], predictions: [0, 0] }), [0]);
  assert.deepEqual(course.flippedAt, [1, undefined]);
});

for (const [step, remedy] of [
  [0, /Train the run again/],
  [3, /lower learning rate for adversarial images/],
] as const) {
  test(`after ${step} steps a probability that is not a number is an error with a remedy`, () => {
    const course = new AdversarialCourse(Int32Array.of(0, 0), 'softmax');
    assert.throws(
      () => course.visit(step, { probs: [0.5, NaN], predictions: [0, 0] }),
      (error) =>
        error instanceof TsyndError && error.code === 'training/diverged' && remedy.test(error.remedy ?? ''),
    );
  });
}

test('what becomes of an image after its search does not matter', () => {
  const course = new AdversarialCourse(Int32Array.of(0), 'softmax');
  course.visit(0, { probs: [0.2], predictions: [1] });
  assert.deepEqual(course.visit(1, { probs: [NaN], predictions: [0] }), []);
  assert.deepEqual(course.probs, [[0.2]]);
});
