import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { DEFAULT_ADVERSARIAL, DEFAULT_SALIENCY } from '../../../src/protocol/explanations.ts';
import type { Estimate, RelevanceComparison, RelevanceReport } from '../../../src/protocol/relevance.ts';
import { comparisonFrom, describeReport, mismatchOf } from '../../../webview/compare/relevanceFacts.ts';
import { relevanceRows, type RelevanceRow } from '../../../webview/compare/relevanceRows.ts';

const NAMES = ['baseline', 'mi'] as const;

function estimate(mean: number, low: number, high: number): Estimate {
  return { mean, low, high, images: 8 };
}

function report(run: string, change: Partial<RelevanceReport> = {}): RelevanceReport {
  return {
    run,
    measuredAt: '2026-01-01T00:00:00.000Z',
    split: 'val',
    images: 8,
    masked: 4,
    maskArea: 0.25,
    classifierSha256: '0',
    datasetSha256: '0',
    seed: 3,
    bootstrapSamples: 2000,
    saliencyChoices: DEFAULT_SALIENCY,
    adversarialChoices: { ...DEFAULT_ADVERSARIAL, steps: 50 },
    autoencoder: { run: 'b', sha256: '0' },
    saliency: { insertion: estimate(0.5, 0.4, 0.6), deletion: estimate(0.3, 0.2, 0.4) },
    adversarial: { flipped: estimate(0.5, 0.25, 0.75), steps: estimate(12, 8, 16.25) },
    ...change,
  };
}

function compare(
  saliency: RelevanceComparison['saliency'],
  adversarial: RelevanceComparison['adversarial'] = {},
): RelevanceComparison {
  return { first: report('a'), second: report('b'), saliency, adversarial };
}

function rows(comparison: RelevanceComparison | undefined): readonly RelevanceRow[] {
  return relevanceRows([report('a'), report('b')], comparison, NAMES);
}

function verdict(found: readonly RelevanceRow[], name: string): string | undefined {
  return found.find((row) => row.name === name)?.verdict;
}

describe('the table of scores', () => {
  test('has a line for each score that a run has, with intervals and the direction in words', () => {
    const found = rows(undefined);
    assert.deepEqual(
      found.map(({ group, name, direction }) => [group, name, direction]),
      [
        ['saliency', 'Insertion', 'higher is better'],
        ['saliency', 'Deletion', 'lower is better'],
        ['adversarial', 'Flipped', 'lower: harder to flip'],
        ['adversarial', 'Steps', 'higher: harder to flip'],
      ],
    );
    assert.deepEqual(found[0].values, ['0.500 (0.400 to 0.600)', '0.500 (0.400 to 0.600)']);
    assert.deepEqual(found[3].values[0], '12.0 (8.0 to 16.3)');
    for (const { difference, verdict: said, isShown } of found) {
      assert.deepEqual([difference, said, isShown], [undefined, undefined, false]);
    }
  });

  test('shows one run alone where the other was not measured', () => {
    const [row] = relevanceRows([undefined, report('b')], undefined, NAMES);
    assert.deepEqual(row.values, [undefined, '0.500 (0.400 to 0.600)']);
  });

  test('an interval with zero in it shows no difference, also where it only touches zero', () => {
    for (const [low, high] of [
      [-0.1, 0.2],
      [0, 0.2],
      [-0.2, 0],
    ]) {
      const found = rows(compare({ insertion: estimate(0.05, low, high) }));
      assert.equal(verdict(found, 'Insertion'), 'no difference shown');
      assert.equal(found[0].isShown, false);
    }
  });

  test('what is better follows the direction of each score', () => {
    const up = estimate(0.1, 0.05, 0.15);
    const down = estimate(-0.1, -0.15, -0.05);
    const higher = rows(compare({ insertion: up, deletion: up }, { flipped: up, steps: up }));
    assert.deepEqual(
      ['Insertion', 'Deletion', 'Flipped', 'Steps'].map((name) => verdict(higher, name)),
      ['better for mi', 'better for baseline', 'baseline is harder to flip', 'mi is harder to flip'],
    );
    const lower = rows(compare({ insertion: down, deletion: down }, { flipped: down, steps: down }));
    assert.deepEqual(
      ['Insertion', 'Deletion', 'Flipped', 'Steps'].map((name) => verdict(lower, name)),
      ['better for baseline', 'better for mi', 'mi is harder to flip', 'baseline is harder to flip'],
    );
  });

  test('differences carry their sign', () => {
    const [row] = rows(compare({ insertion: estimate(-0.0004, -0.12, 0.1) }));
    assert.equal(row.difference, '0.000 (−0.120 to +0.100)');
    const [close] = rows(compare({ insertion: estimate(0.041, 0.0002, 0.085) }));
    assert.equal(close.difference, '+0.0410 (+0.0002 to +0.0850)');
  });
});

describe('a comparison', () => {
  test('is turned round with the runs', () => {
    const comparison = compare({ insertion: estimate(0.1, -0.2, 0.3) }, { steps: estimate(2, 1, 4) });
    assert.equal(comparisonFrom(comparison, 'a'), comparison);
    const turned = comparisonFrom(comparison, 'b');
    assert.ok(turned);
    assert.deepEqual([turned.first.run, turned.second.run], ['b', 'a']);
    assert.deepEqual(turned.saliency.insertion, estimate(-0.1, -0.3, 0.2));
    assert.deepEqual(turned.adversarial.steps, estimate(-2, -4, -1));
    assert.equal(comparisonFrom(undefined, 'a'), undefined);
  });

  test('of reports that were measured differently is refused', () => {
    assert.equal(mismatchOf(report('a'), report('b')), undefined);
    const stored = JSON.parse(JSON.stringify(report('b'))) as RelevanceReport;
    const { target, sign, layer, method } = stored.saliencyChoices;
    // The order of fields on the disk is no setting.
    assert.equal(
      mismatchOf(report('a'), { ...stored, saliencyChoices: { target, sign, layer, method } }),
      undefined,
    );
    for (const change of [
      { images: 7 },
      { split: 'train' },
      { seed: 4 },
      { adversarialChoices: { ...DEFAULT_ADVERSARIAL, steps: 10 } },
    ] satisfies Partial<RelevanceReport>[]) {
      assert.match(mismatchOf(report('a'), report('b', change)) ?? '', /do not compare/);
    }
  });
});

test('a report says what it was measured on, and how far its intervals carry', () => {
  const text = describeReport(report('a')).join(' ');
  for (const part of [
    /8 validation images/,
    /4 of them have a mask, which covers 25\.0 % of the image on average/,
    /EigenGradCAM, evidence sign, layer4, predicted class/,
    /at most 50 steps, predicted class, through the autoencoder of b\./,
    /95 % intervals of 2,000 bootstrap samples over the images, seed 3/,
    /not for others with other seeds/,
  ]) {
    assert.match(text, part);
  }
  assert.match(describeReport(report('a', { masked: 0 })).join(' '), /None of them has a mask/);
});
