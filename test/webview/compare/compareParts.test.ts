import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { AdversarialChange } from '../../../src/protocol/explanations.ts';
import type { RunSummary } from '../../../src/protocol/runSummary.ts';
import { summarizeChanges } from '../../../webview/compare/changeSummary.ts';
import { compareNotices } from '../../../webview/compare/compareNotices.ts';
import {
  imageChoiceOf,
  INITIAL_COMPARE_STATE,
  readCompareState,
  type CompareState,
} from '../../../webview/compare/compareState.ts';
import { describeChange, describeFlipped } from '../../../webview/compare/compareWords.ts';
import { runNames } from '../../../webview/compare/runNames.ts';
import { shownScales } from '../../../webview/compare/shownScales.ts';
import { smallPicture } from '../../../webview/shared/imageView/smallPicture.ts';
import { INITIAL_MAP_STATE } from '../../../webview/shared/maps/mapState.ts';

function change(flippedAt: number | undefined, l2 = 1, area = 0.5): AdversarialChange {
  return { probs: [0.9, 0.4], l2, area, ...(flippedAt !== undefined && { flippedAt }) };
}

describe('the summary of what is shown', () => {
  test('has medians over the images that a step flipped, and counts the others', () => {
    const summary = summarizeChanges([
      change(4, 2, 0.1),
      change(2, 6, 0.3),
      change(9, 3, 0.2),
      change(undefined, 100, 1),
      change(0, 0, 0),
    ]);
    assert.deepEqual(summary, {
      images: 5,
      flipped: 3,
      unchanged: 1,
      median: { steps: 4, l2: 3, area: 0.2 },
    });
    assert.equal(describeFlipped(summary), '4 of 5, 1 by the reconstruction alone');
  });

  test('takes the mean of the middle two of an even number', () => {
    assert.equal(summarizeChanges([change(1), change(4), change(2), change(9)]).median?.steps, 3);
  });

  test('has no medians where nothing flipped, and no words where nothing was searched', () => {
    const kept = summarizeChanges([change(undefined)]);
    assert.deepEqual(kept, { images: 1, flipped: 0, unchanged: 0 });
    assert.equal(describeFlipped(kept), '0 of 1');
    assert.equal(describeFlipped(summarizeChanges([])), '');
  });
});

describe('the state of the page', () => {
  test('survives being stored', () => {
    const state: CompareState = {
      runs: ['/data/a', '/data/b'],
      files: ['/data/x.png'],
      showsFiles: true,
      split: 'train',
      count: 16,
      maps: { ...INITIAL_MAP_STATE, saliency: { ...INITIAL_MAP_STATE.saliency, layer: 'layer3' } },
      isSigned: false,
      areControlsOpen: true,
      open: ['3'],
    };
    assert.deepEqual(readCompareState(JSON.parse(JSON.stringify(state))), state);
  });

  test('is as at first where what was stored makes no sense', () => {
    for (const stored of [
      undefined,
      7,
      'x',
      { runs: ['/data/a'], split: 'all', count: 5, showsFiles: true },
    ]) {
      assert.deepEqual(readCompareState(stored), INITIAL_COMPARE_STATE);
    }
  });

  test('asks for files only while they are shown', () => {
    assert.deepEqual(imageChoiceOf(INITIAL_COMPARE_STATE), { kind: 'split', split: 'val', count: 8 });
    const files = { ...INITIAL_COMPARE_STATE, files: ['/data/x.png'], showsFiles: true };
    assert.deepEqual(imageChoiceOf(files), { kind: 'files' });
  });
});

describe('words', () => {
  test('say what a change took, or that there was none', () => {
    const choices = { steps: 50 };
    assert.match(
      describeChange(change(3, 2.345, 0.1234), choices),
      /^Flipped at step 3; L2 2\.3[45], area 12\.3\u00a0%\.$/,
    );
    assert.match(describeChange(change(undefined), choices), /^Kept its class for all 50 steps/);
    assert.match(describeChange(change(0), choices), /^Already another class.*nothing had to change\.$/);
  });

  test('tell runs apart by their methods, and by their ids where these are the same', () => {
    const run = (id: string, method: string): RunSummary =>
      ({ id, folder: id, settings: { method } }) as unknown as RunSummary;
    assert.deepEqual(runNames([run('1', 'baseline'), run('2', 'mi')]), ['baseline', 'mi']);
    assert.deepEqual(runNames([run('1', 'mi'), run('2', 'mi')]), ['1', '2']);
  });
});

describe('notices', () => {
  const runs = [{ dataset: { imageSize: 28 } }, { dataset: { imageSize: 28 } }] as unknown as readonly [
    RunSummary,
    RunSummary,
  ];

  test('of test images say that nothing may follow from them', () => {
    const [notice, ...others] = compareNotices({ showsFiles: false, split: 'test' }, runs, true);
    assert.equal(notice.severity, 'warning');
    assert.match(notice.message, /may guide a choice/);
    assert.deepEqual(others, []);
    assert.deepEqual(compareNotices({ showsFiles: true, split: 'test' }, runs, true), []);
    assert.deepEqual(compareNotices({ showsFiles: false, split: 'val' }, runs, true), []);
  });

  test('say why nothing is explained in Restricted Mode', () => {
    const [notice] = compareNotices({ showsFiles: false, split: 'val' }, runs, false);
    assert.match(notice.message, /Restricted Mode/);
  });
});

test('pictures of large files are halved until they fit, and 16 bits are drawn by their percentiles', () => {
  const large = {
    pixels: new Uint8Array(1030 * 40).fill(9),
    width: 1030,
    height: 40,
    channels: 1,
  } as const;
  const small = smallPicture(large);
  assert.deepEqual([small.width, small.height, small.pixels[0]], [258, 10, 9]);
  const deep = { pixels: new Uint16Array([100, 2100]), width: 2, height: 1, channels: 1 } as const;
  assert.deepEqual([...smallPicture(deep).pixels], [0, 255]);
});

describe('scales', () => {
  test('of absolute differences go from zero to the end of the signed ones', () => {
    const { range } = INITIAL_MAP_STATE.differenceLook;
    const signed = shownScales(INITIAL_MAP_STATE, true, 'dark');
    const absolute = shownScales(INITIAL_MAP_STATE, false, 'dark');
    assert.deepEqual([signed.adversarial.low, signed.adversarial.high], [-range, range]);
    assert.deepEqual([absolute.adversarial.low, absolute.adversarial.high], [0, range]);
    assert.deepEqual(absolute.adversarial.colors, signed.saliency.colors);
    assert.equal(absolute.adversarial.isDrawn(0.2), signed.adversarial.isDrawn(-0.2));
  });
});
