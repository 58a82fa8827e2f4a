import assert from 'node:assert/strict';
import { test } from 'node:test';

import {
  formatCount,
  formatLabel,
  formatNats,
  formatNatsChange,
  formatNatsPair,
  formatPercent,
  formatSamples,
} from '../../../webview/gallery/formatting.ts';

test('numbers have their unit and as many digits as mean something', () => {
  assert.equal(formatNats(0.02214), '0.0221 nats');
  assert.equal(formatNats(-0.00001), '0.0000 nats');
  assert.equal(formatNats(NaN), '–');
  assert.equal(formatNatsPair(0.0061, 0.0221), '0.0061 → 0.0221 nats');
  assert.equal(formatPercent(0.125), '12.5\u202f%');
});

test('a change has its sign, and none has none', () => {
  assert.equal(formatNatsChange(0.016), '+0.0160 nats');
  assert.equal(formatNatsChange(-0.016), '−0.0160 nats');
  assert.equal(formatNatsChange(-0.00001), '0.0000 nats');
});

test('counts are grouped and agree with their noun', () => {
  assert.equal(formatCount(20_000), '20,000');
  assert.equal(formatSamples(1), '1 sample');
  assert.equal(formatSamples(1234), '1,234 samples');
});

test('labels are said in the words of the dataset, also several and unknown ones', () => {
  assert.equal(formatLabel(1, ['a', 'b']), 'b');
  assert.equal(formatLabel(7, ['a', 'b']), 'class 7');
  assert.equal(formatLabel([1, 0, 1], ['a', 'b']), 'a+class 2');
  assert.equal(formatLabel([0, 0], ['a', 'b']), 'none');
});
