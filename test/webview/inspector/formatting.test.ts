import assert from 'node:assert/strict';
import test from 'node:test';
import {
  formatBytes,
  formatDate,
  formatDepth,
  formatNats,
  formatNumber,
  formatPosition,
  formatScale,
  formatSize,
  formatValues,
} from '../../../webview/inspector/formatting.ts';

test('nats have four decimals, and no negative nothing', () => {
  assert.equal(formatNats(0.02214), '0.0221\u00a0nats');
  assert.equal(formatNumber(-0.00001), '0.0000');
  assert.equal(formatNumber(-0.00006), '-0.0001');
});

test('sizes have units and thousands separators', () => {
  assert.deepEqual([1, 999, 1000, 1250, 999_949, 999_950, 9_400_000].map(formatBytes), [
    '1 byte',
    '999 bytes',
    '1.0 kB',
    '1.3 kB',
    '999.9 kB',
    '1.0 MB',
    '9.4 MB',
  ]);
  assert.equal(formatSize({ width: 1024, height: 28 }), '1,024 × 28 px');
  assert.deepEqual([0.0421, 0.5, 1, 16].map(formatScale), ['4.2 %', '50 %', '100 %', '1,600 %']);
});

test('a pixel says where it is and what it holds', () => {
  assert.equal(formatPosition({ x: 12, y: 40, values: [1] }), 'x 12  y 40');
  assert.equal(formatValues([40_123]), '40,123');
  assert.equal(formatValues([183, 170, 90]), 'R 183  G 170  B 90');
});

test('depth says what is stored', () => {
  assert.equal(formatDepth(16, 1), '16 bits, grey');
  assert.equal(formatDepth(8, 3), '8 bits per channel, RGB');
});

test('dates are read, and what is none is left out', () => {
  assert.match(formatDate('2026-11-21T12:03:05Z') ?? '', /Nov 2[12], 2026/);
  assert.equal(formatDate('yesterday'), undefined);
});
