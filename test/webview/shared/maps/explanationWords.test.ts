import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RunSummary } from '../../../../src/protocol/runSummary.ts';
import {
  classNameOf,
  formatArea,
  formatProbability,
  otherPrediction,
} from '../../../../webview/shared/maps/explanationWords.ts';

test('no probability reads as 0 or 1 that is not', () => {
  assert.deepEqual([0, 0.0004, 0.0005, 0.5, 0.9994, 0.9996, 1].map(formatProbability), [
    '0.000',
    '< 0.001',
    '0.001',
    '0.500',
    '0.999',
    '> 0.999',
    '1.000',
  ]);
});

test('an area that is not nothing does not read as nothing', () => {
  assert.deepEqual([0, 0.0004, 0.046, 1].map(formatArea), [
    '0.0\u00a0%',
    '< 0.1\u00a0%',
    '4.6\u00a0%',
    '100.0\u00a0%',
  ]);
});

test('a class has its name, or else its number', () => {
  const dataset = { classNames: ['benign', 'malignant'] } as unknown as RunSummary['dataset'];
  assert.deepEqual(
    [0, 1, 2].map((index) => classNameOf({ dataset }, index)),
    ['benign', 'malignant', 'class 2'],
  );
  assert.equal(classNameOf({}, 0), 'class 0');
});

test('what is predicted is another class only where that is known and not the explained one', () => {
  assert.equal(otherPrediction({ target: 1, predicted: 0 }), 0);
  assert.equal(otherPrediction({ target: 0, predicted: 0 }), undefined);
  assert.equal(otherPrediction({ target: 0 }), undefined);
});
