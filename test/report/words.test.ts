import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeDifference } from '../../src/report/words/describeDifference.ts';
import { nameTrainingSet } from '../../src/report/words/names.ts';
import {
  formatChange,
  formatHours,
  formatInterval,
  formatMean,
  formatNumber,
  formatScore,
} from '../../src/report/words/numbers.ts';
import { difference, sampleReport } from './sampleReport.ts';

test('a difference inside its interval is called none, whatever its size', () => {
  assert.equal(
    describeDifference('accuracy', difference(0.2, 'unclear'), 'baseline'),
    'Inside the interval: no difference shown.',
  );
});

test('a difference outside of it is given with its size and unit', () => {
  assert.equal(
    describeDifference('accuracy', difference(0.0312, 'better'), 'baseline'),
    'Better than baseline by 3.1 points.',
  );
  assert.equal(
    describeDifference('auroc', difference(-0.05, 'worse'), 'real'),
    'Worse than real by 0.050 of AUC.',
  );
  assert.equal(
    describeDifference('loss', difference(-0.25, 'better'), 'real'),
    'Better than real by 0.250 of cross-entropy.',
  );
});

test('what was not tested says why', () => {
  const untested = difference(0.2, 'untested');
  assert.equal(
    describeDifference('accuracy', { ...untested, pairs: 1 }, 'baseline'),
    'Not tested: one seed in common is no evidence.',
  );
  assert.equal(
    describeDifference('accuracy', { ...untested, seedsAndImages: null }, 'baseline'),
    'Not tested: there are no predictions to resample.',
  );
});

test('numbers are rounded as tables need them', () => {
  assert.equal(formatScore('accuracy', 0.73077), '73.1');
  assert.equal(formatScore('auroc', 0.9004), '0.900');
  assert.equal(formatScore('auroc', null), '–');
  assert.equal(formatMean('accuracy', { mean: 0.5, deviation: null }), '50.0');
  assert.equal(formatMean('auroc', { mean: 0.5, deviation: 0.01 }), '0.500 ± 0.010');
  assert.equal(formatChange('accuracy', -0.012), '−1.2');
  assert.equal(formatChange('accuracy', -0.0001), '0.0');
  assert.equal(formatInterval('auroc', { low: -0.01, high: 0.02 }), '−0.010 to +0.020');
  assert.deepEqual([0, 0.01234, 3.14159, 123.456, 12345].map(formatNumber), [
    '0',
    '0.012',
    '3.14',
    '123.5',
    '1.23e+4',
  ]);
  assert.deepEqual([0.05, 2.5, 12.34].map(formatHours), ['3.0 min', '2.50 h', '12.3 h']);
});

test('training sets are named as the deck names them', () => {
  const { setup } = sampleReport().rows[0];
  const named = (change: Partial<typeof setup>): string => nameTrainingSet({ ...setup, ...change });
  assert.equal(named({}), 'real');
  assert.equal(named({ mix: 'synthetic', pool: 'gan' }), 'synthetic (gan)');
  assert.equal(
    named({ mix: 'real-and-synthetic', pool: 'gan', ratio: 3, filter: 'selective' }),
    'real + synthetic 300 % (gan, selective filter)',
  );
  assert.equal(
    named({ mix: 'real-then-synthetic', pool: 'gan', head: 'complex' }),
    'real, then fine-tuned on synthetic (gan, complex head)',
  );
});
