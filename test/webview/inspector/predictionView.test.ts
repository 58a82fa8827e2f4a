import assert from 'node:assert/strict';
import test from 'node:test';
import type { Prediction } from '../../../src/protocol/computeApi.ts';
import type { RunSummary } from '../../../src/protocol/runSummary.ts';
import {
  barsOf,
  isMultiLabel,
  MANY_CLASSES,
  runLabel,
  uncertaintyOf,
  verdictOf,
} from '../../../webview/inspector/predictionView.ts';

function prediction(classNames: readonly string[], probs: readonly number[]): Prediction {
  return {
    run: '/runs/a',
    classNames,
    probs,
    predictiveEntropy: 0.5,
    mutualInformation: 0.1,
    numMcSamples: 20,
    resizedTo: 28,
  };
}

const lesion = prediction(['malignant', 'benign'], [0.3, 0.7]);

test('a prediction agrees with the label or differs from it, in words', () => {
  assert.deepEqual(verdictOf(lesion, 'benign', false), {
    kind: 'agrees',
    predicted: 'benign',
    sentence: 'Predicted benign, as labelled.',
  });
  assert.deepEqual(verdictOf(lesion, 'malignant', false), {
    kind: 'differs',
    predicted: 'benign',
    sentence: 'Predicted benign, but labelled malignant.',
  });
});

test('without a label, or with one of another dataset, there is nothing to agree with', () => {
  assert.equal(
    verdictOf(lesion, undefined, false).sentence,
    'Predicted benign. The class of the image is not known.',
  );
  const foreign = verdictOf(lesion, 'CXR', false);
  assert.deepEqual(
    [foreign.kind, foreign.sentence],
    ['foreign', 'Predicted benign. The run has no class “CXR”.'],
  );
});

test('multi-label data may have several labels or none', () => {
  const chest = prediction(['Mass', 'Nodule', 'Effusion'], [0.9, 0.2, 0.5]);
  assert.equal(verdictOf(chest, 'Mass+Effusion', true).kind, 'agrees');
  assert.equal(verdictOf(chest, 'Mass', true).sentence, 'Predicted Mass+Effusion, but labelled Mass.');
  const nothing = prediction(['Mass', 'Nodule'], [0.1, 0.2]);
  assert.equal(verdictOf(nothing, 'none', true).sentence, 'Predicted none, as labelled.');
  assert.equal(verdictOf(chest, 'none', true).kind, 'differs');
});

test('a class whose name has a comma is one class', () => {
  const skin = prediction(['nevus, common', 'melanoma'], [0.9, 0.1]);
  assert.equal(verdictOf(skin, 'nevus, common', false).kind, 'agrees');
  assert.deepEqual(
    barsOf(skin, 'nevus, common', false).map(({ isLabel }) => isLabel),
    [true, false],
  );
});

test('bars stay in the order of the dataset and mark prediction and label', () => {
  assert.deepEqual(barsOf(lesion, 'malignant', false), [
    { name: 'malignant', probability: 0.3, isPredicted: false, isLabel: true },
    { name: 'benign', probability: 0.7, isPredicted: true, isLabel: false },
  ]);
});

test('of many classes, the likeliest come first', () => {
  const many = Array.from({ length: MANY_CLASSES + 1 }, (_, index) => index / 100);
  const names = many.map((_, index) => `class ${index}`);
  assert.equal(barsOf(prediction(names, many), undefined, false)[0]?.name, `class ${MANY_CLASSES}`);
  const few = many.slice(1);
  assert.equal(barsOf(prediction(names, few), undefined, false)[0]?.name, 'class 0');
});

test('the entropy is the sum of its parts, and ln K at most', () => {
  const parts = uncertaintyOf(lesion, false);
  assert.equal(parts.mutualInformation, 0.1);
  assert.equal(parts.expectedEntropy, 0.4);
  assert.equal(parts.maximum, Math.log(2));
  assert.equal(uncertaintyOf(prediction(['a', 'b', 'c'], [0.1, 0.2, 0.3]), true).maximum, 3 * Math.log(2));
});

test('mutual information that rounding made negative takes nothing away', () => {
  const parts = uncertaintyOf({ ...lesion, mutualInformation: -1e-8 }, false);
  assert.deepEqual([parts.mutualInformation, parts.expectedEntropy], [0, 0.5]);
});

test('a run is named by what tells it apart, or else by its id', () => {
  const bare: RunSummary = { folder: '/runs/a', id: 'a', status: 'finished', isElsewhere: false, samples: 0 };
  assert.equal(runLabel(bare), 'a');
  assert.equal(isMultiLabel(bare), false);
  const dataset = {
    name: 'chest',
    path: '/chest.npz',
    format: 'npz',
    task: 'multi-label, binary-class',
    classNames: [],
    channels: 1,
    imageSize: 28,
    sha256: '',
  } as const;
  const run = { ...bare, dataset, createdAt: '2026-11-21T12:00:00Z' };
  assert.match(runLabel(run), /^Nov 2[12], 2026.* · chest$/);
  assert.equal(isMultiLabel(run), true);
});
