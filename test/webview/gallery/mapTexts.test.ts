import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { CHANGE_THRESHOLD, type AdversarialChange } from '../../../src/protocol/explanations.ts';
import { describeFacts } from '../../../webview/gallery/explanationFields.ts';
import { mapCaption } from '../../../webview/gallery/mapCaption.ts';
import { describeNumbers } from '../../../webview/gallery/numbersLegend.ts';
import { describeMapValue } from '../../../webview/gallery/mapReading.ts';

const CHANGE: AdversarialChange = { probs: [0.9, 0.6, 0.4], flippedAt: 2, l2: 1.2345, area: 0.0412 };
const CLASS_NAMES = ['malignant', 'benign'];

describe('mapCaption', () => {
  test('says when the prediction flips and how large the change is', () => {
    const caption = mapCaption([{ target: 0, probability: 0.9, change: CHANGE }]);
    assert.equal(caption?.text, 'step 2 · L2 1.23 · 4.1\u00a0%');
    assert.equal(
      caption.description,
      `prediction flips after 2 steps; L2 of the change 1.23, 4.1\u00a0% of the pixels changed by at least ${CHANGE_THRESHOLD} of white`,
    );
  });

  test('says that the class was kept, and for how long', () => {
    const caption = mapCaption([
      { target: 0, probability: 0.9, change: { ...CHANGE, flippedAt: undefined } },
    ]);
    assert.match(caption?.text ?? '', /^kept · /);
    assert.match(caption?.description ?? '', /^class kept for 2 steps; /);
  });

  test('tells a flip by the reconstruction alone from one by a change', () => {
    const caption = mapCaption([{ target: 0, probability: 0.9, change: { ...CHANGE, flippedAt: 0 } }]);
    assert.equal(caption?.text, 'already another class');
    assert.match(caption.description, /^plain reconstruction is predicted as another class already/);
  });

  test('leaves the tile its numbers where there is no change to speak of', () => {
    assert.equal(mapCaption([{ target: 0, probability: 0.9 }]), undefined);
    assert.equal(mapCaption([]), undefined);
  });
});

describe('describeMapValue', () => {
  const value = { value: 0.625, x: 12, y: 5, facts: { target: 1, probability: 0.91234 } } as const;

  test('of saliency: value, place, class and its probability', () => {
    assert.equal(
      describeMapValue({ ...value, image: 'source' }, 'saliency', CLASS_NAMES),
      '0.63 at (12, 5), source · benign, probability 0.912',
    );
  });

  test('of a difference: share of white and grey levels, both with their sign', () => {
    const difference = { ...value, value: -0.1, image: 'synthetic' } as const;
    assert.equal(
      describeMapValue(difference, 'adversarial', CLASS_NAMES),
      '−0.100 of white (−25.5 grey levels) at (12, 5), synthetic · benign, probability 0.912',
    );
    assert.match(
      describeMapValue({ ...difference, value: -1e-5 }, 'adversarial', CLASS_NAMES),
      /^0\.000 of white \(0\.0 grey levels\)/,
    );
  });

  test('of a scored image names no side, as there is but one', () => {
    assert.match(describeMapValue({ ...value, image: 'image' }, 'saliency', []), /at \(12, 5\) · class 1,/);
  });
});

describe('describeNumbers', () => {
  test('follows the kind of gallery, and the adversarial layer, whose captions are others', () => {
    assert.equal(
      describeNumbers('samples', undefined, 20),
      '≠ predicted otherwise · MI before → after, S = 20',
    );
    assert.equal(describeNumbers('scores', 'saliency', 20), 'label ≠ prediction · MI, S = 20 · loss');
    for (const kind of ['samples', 'scores'] as const) {
      assert.match(
        describeNumbers(kind, 'adversarial', 20),
        / · step of the flip · L2 · pixels changed by ≥ [\d.]+$/,
      );
    }
  });
});

describe('describeFacts', () => {
  test('of saliency are the class and its probability', () => {
    assert.deepEqual(describeFacts({ target: 1, probability: 0.5 }, CLASS_NAMES), [
      { name: 'Class explained', value: 'benign' },
      { name: 'Its probability', value: '0.500' },
    ]);
  });

  test('name the prediction where another class is explained', () => {
    const [explained] = describeFacts({ target: 1, predicted: 0, probability: 0.2 }, CLASS_NAMES);
    assert.equal(explained.value, 'benign; predicted malignant');
    const [same] = describeFacts({ target: 1, predicted: 1, probability: 0.8 }, CLASS_NAMES);
    assert.equal(same.value, 'benign');
  });

  test('of an adversarial map are also what it took', () => {
    const fields = describeFacts({ target: 0, probability: 0.8, change: CHANGE }, CLASS_NAMES);
    assert.deepEqual(
      fields.map(({ name }) => name),
      ['Class explained', 'Its probability', 'Reconstructed', 'Flip', 'L2 of the change', 'Area'],
    );
    assert.deepEqual(
      fields.slice(1, 4).map(({ value }) => value),
      ['0.800', '0.900', 'prediction flips after 2 steps'],
    );
  });
});
