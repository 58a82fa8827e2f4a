import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatQuality } from '../../src/cli/formatQuality.ts';
import type { QualityCopies, QualityDistances, QualityReport } from '../../src/protocol/quality.ts';

const DISTANCES: QualityDistances = {
  frechet: 12.5,
  kernel: { mean: 0.00012, deviation: 0.25, subsetSize: 30 },
  precision: 0.5,
  recall: 0.25,
  density: 1.25,
  coverage: 1,
};
const NONE: QualityCopies = { exact: 0, near: 2, medianDistance: 3.25 };

function reportOf(change: Partial<QualityReport> = {}, train = NONE): QualityReport {
  return {
    formatVersion: 1,
    pool: '/data/pool',
    measuredAt: '2026-01-31T12:00:00.000Z',
    dataset: { name: 'scans', sha256: '0'.repeat(64) },
    images: { synthetic: 60, train: 200, val: 60, test: 90 },
    compared: 60,
    spaces: [
      {
        name: 'radiomics',
        sha256: 'a'.repeat(64),
        dimensions: 48,
        neighbours: 5,
        synthetic: DISTANCES,
        floor: { ...DISTANCES, frechet: null, kernel: null },
        ladder: [{ sigma: 0.04, distances: { ...DISTANCES, frechet: 250_000 } }],
        copies: { train, val: NONE, test: NONE },
        authentic: 0.875,
      },
    ],
    warnings: ['Only 60 images.'],
    ...change,
  };
}

test('distances are named after their space, and never FID', () => {
  const text = formatQuality(reportOf()).join('\n');
  assert.match(text, /FD-radiomics +KD-radiomics +precision/);
  assert.match(text, /synthetic +12\.50 +1\.20e-4 ± 0\.2500 +0\.500 +0\.250 +1\.250 +1\.000/);
  assert.match(text, /floor: validation +none +none/);
  assert.match(text, /noise 0\.04 +2\.50e\+5/);
  assert.doesNotMatch(text, /FID/);
});

test('copies are said to be found, or not found by these measures, and nothing is called safe', () => {
  const without = formatQuality(reportOf()).join('\n');
  assert.match(without, /radiomics, train +0 +2 +3\.250 +87\.5 %/);
  assert.match(without, /No exact copies were found\. .* known to miss/);
  const copied = formatQuality(reportOf({}, { ...NONE, exact: 1 })).join('\n');
  assert.match(copied, /Exact copies were found\./);
  for (const text of [without, copied]) assert.doesNotMatch(text, /private|privacy|safe|anonym/i);
});

test('parents and labels are told where they are known', () => {
  const plain = formatQuality(reportOf()).join('\n');
  assert.doesNotMatch(plain, /Parents|predicts/);
  const parents = {
    known: 40,
    medianToParent: 0.0443,
    medianParentToNearest: 0.1,
    closerThanReal: 0.05,
    nearestIsParent: 0.9,
  };
  const agreement = { judge: 'a-run', byClass: [0.5, null], all: 0.5 };
  const text = formatQuality(reportOf({ parents, agreement })).join('\n');
  assert.match(text, /known of 40 synthetic images/);
  assert.match(text, /nearest training image is the parent +90\.0 %/);
  assert.match(text, /Labels that a-run predicts/);
  assert.match(text, /class 1 +no image/);
  assert.match(text, /Warning: Only 60 images\./);
});
