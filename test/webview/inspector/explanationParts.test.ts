import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { AdversarialExplanation } from '../../../src/protocol/explanations.ts';
import type { RunSummary } from '../../../src/protocol/runSummary.ts';
import { describeSteps, mapHeading } from '../../../webview/inspector/explanationWords.ts';
import type { Maps } from '../../../webview/inspector/inspectorState.ts';
import { mapReadings } from '../../../webview/inspector/mapReadings.ts';
import { overlayOf } from '../../../webview/inspector/overlayOf.ts';
import { chooseRuns, othersLike } from '../../../webview/inspector/runChoice.ts';
import { mapScales } from '../../../webview/shared/maps/mapScales.ts';
import { INITIAL_MAP_STATE } from '../../../webview/shared/maps/mapState.ts';

function run(folder: string): RunSummary {
  return { folder, id: folder, status: 'finished', isElsewhere: false, samples: 1 };
}

/** Two colour pixels: the first gets brighter in red alone, the second darker in all channels. */
const EXPLANATION: AdversarialExplanation = {
  target: 1,
  probability: 0.9,
  change: { probs: [0.9, 0.4], flippedAt: 1, l2: 0.6, area: 1 },
  channels: 3,
  width: 2,
  height: 1,
  original: Float32Array.of(0, 1, 0, 1, 0, 1),
  reconstruction: Float32Array.of(0.25, 1, 0.25, 1, 0.25, 1),
  adversarial: Float32Array.of(0.625, 0.75, 0.25, 0.75, 0.25, 0.75),
};

describe('the value under the pointer', () => {
  const saliency = (values: number[]) =>
    ({
      status: 'ready',
      value: {
        kind: 'saliency',
        map: { values: Float32Array.from(values), width: 2, height: 2 },
        facts: { target: 0, probability: 1 },
      },
    }) as const;

  test('is told of all runs, at the place of the image that it lies over', () => {
    const maps: Maps = {
      status: 'asked',
      runs: [
        { run: run('a'), explanation: saliency([0, 0.25, 0.5, 1]) },
        { run: run('b'), explanation: { status: 'waiting', isSlow: false } },
        { run: run('c'), explanation: saliency([1, 1, 0, 0]) },
      ],
    };
    const image = { width: 100, height: 100 };
    assert.deepEqual(mapReadings(maps, { x: 99, y: 99 }, image), ['1.00', '–', '0.00']);
    assert.deepEqual(mapReadings(maps, { x: 0, y: 0 }, image), ['0.00', '–', '1.00']);
  });

  test('of a search is the signed difference at its own size', () => {
    const explanation = { status: 'ready', value: { kind: 'adversarial', result: EXPLANATION } } as const;
    const maps: Maps = { status: 'asked', runs: [{ run: run('a'), explanation }] };
    assert.deepEqual(mapReadings(maps, { x: 1, y: 0 }, { width: 500, height: 300 }), ['−0.250']);
  });

  test('is none where there is no map', () => {
    const waiting = { run: run('a'), explanation: { status: 'waiting', isSlow: true } } as const;
    const size = { width: 1, height: 1 };
    assert.deepEqual(mapReadings(undefined, { x: 0, y: 0 }, size), []);
    assert.deepEqual(mapReadings({ status: 'none', reason: 'noRuns' }, { x: 0, y: 0 }, size), []);
    assert.deepEqual(mapReadings({ status: 'asked', runs: [waiting] }, { x: 0, y: 0 }, size), []);
  });
});

test('an overlay is the same object until its colours are others', () => {
  const map = { values: new Float32Array(1), width: 1, height: 1 };
  const { saliency, signed } = mapScales(INITIAL_MAP_STATE, 'dark');
  const overlay = overlayOf(map, saliency);
  assert.deepEqual(overlay, { map, scale: saliency });
  assert.equal(overlayOf(map, saliency), overlay);
  assert.equal(overlayOf(map, signed).scale, signed);
});

describe('the runs of an image', () => {
  const runs = [run('new'), run('old'), run('older')];
  const choose = (...rest: [Parameters<typeof chooseRuns>[1], Parameters<typeof chooseRuns>[2]?]) => {
    const { run: first, against } = chooseRuns(runs, rest[0], rest[1] ?? {});
    return [first?.folder, against?.folder];
  };

  test('are the wished ones, then the remembered ones, then the newest alone', () => {
    assert.deepEqual(choose({}), ['new', undefined]);
    assert.deepEqual(choose({ restored: 'old' }), ['old', undefined]);
    assert.deepEqual(choose({ restored: 'old' }, { run: 'older', against: 'new' }), ['older', 'new']);
    assert.deepEqual(choose({ run: 'old', against: 'older' }, { run: 'new', against: 'new' }), [
      'old',
      'older',
    ]);
    assert.deepEqual(choose({ against: null }, { against: 'old' }), ['new', undefined]);
  });

  test('are never the same run twice, and none that does not go with the image', () => {
    assert.deepEqual(choose({ run: 'old', against: 'old' }), ['old', undefined]);
    assert.deepEqual(choose({ run: 'gone', against: 'gone' }), ['new', undefined]);
    assert.deepEqual(chooseRuns([], { run: 'new' }, {}), { run: undefined, against: undefined });
  });

  test('are of one dataset, where an image belongs to none', () => {
    const of = (folder: string, sha256: string) => ({ ...run(folder), dataset: { sha256 } }) as RunSummary;
    const all = [of('scans', 'a'), of('other scans', 'a'), of('photos', 'b')];
    assert.deepEqual(
      othersLike(all[0], all).map(({ folder }) => folder),
      ['other scans'],
    );
    assert.equal(chooseRuns(all, { run: 'scans', against: 'photos' }, {}).against, undefined);
    assert.equal(chooseRuns(all, { run: 'scans', against: 'other scans' }, {}).against, all[1]);
  });
});

describe('in words', () => {
  const dataset = { classNames: ['benign', 'malignant'] } as unknown as RunSummary['dataset'];

  test('a map says which class it is about, and whether that is the predicted one', () => {
    const named = { ...run('a'), dataset };
    assert.equal(
      mapHeading(named, { target: 1, probability: 0.9312 }, 'predicted'),
      'Predicted malignant, 0.931',
    );
    const benign = { target: 0, probability: 0.069 };
    assert.equal(mapHeading(named, benign, 'label'), 'For benign, 0.069');
    assert.equal(
      mapHeading(named, { ...benign, predicted: 1 }, 'label'),
      'For benign, 0.069; predicted malignant',
    );
    assert.equal(mapHeading(named, { ...benign, predicted: 0 }, 0), 'For benign, 0.069, as predicted');
    assert.equal(mapHeading(run('a'), { target: 3, probability: 1 }, 3), 'For class 3, 1.000');
  });

  test('a search says how far it had to go', () => {
    const change = { probs: [0.9, 0.8, 0.3], l2: 1, area: 0.1 };
    assert.equal(describeSteps({ ...change, flippedAt: 2 }, 'benign'), '2');
    assert.equal(
      describeSteps({ ...change, flippedAt: 0 }, 'benign'),
      '0: lost by the plain reconstruction already',
    );
    assert.equal(describeSteps(change, 'benign'), 'benign kept for all 2');
  });
});
