import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { withSaliency } from '../../../webview/shared/maps/mapChanges.ts';
import { INITIAL_MAP_STATE } from '../../../webview/shared/maps/mapState.ts';
import { NO_FILTER } from '../../../webview/gallery/sampleView.ts';
import {
  forAnotherRun,
  INITIAL_VIEW_STATE,
  readViewState,
  type ViewState,
} from '../../../webview/gallery/viewState.ts';

const WIDE_PX = 1000;
const STATE: ViewState = {
  kind: 'samples',
  scores: undefined,
  run: '/runs/a',
  layer: 'difference',
  sort: { key: 'miGain', isDescending: true },
  filter: {
    classes: [1],
    decisions: ['undecided', 'rejected'],
    splits: ['val'],
    miRange: { min: 0.01, max: 0.02 },
    differsOnly: true,
    duplicatesOnly: true,
  },
  areFiltersOpen: true,
  selection: ['s1', 's2'],
  cursor: 's2',
  scroll: { id: 's0', offset: -12 },
  tileSize: 208,
  differenceRange: 128,
  maps: withSaliency(INITIAL_MAP_STATE, { layer: 'layer3' }),
  areMapControlsOpen: false,
  details: { isOpen: true, width: 512, height: 240 },
  compareMode: 'swipe',
  dismissedNotices: ['The dataset is gone.'],
};

describe('readViewState', () => {
  test('reads what was written', () => {
    assert.deepEqual(readViewState(JSON.parse(JSON.stringify(STATE)), WIDE_PX), STATE);
    assert.equal(readViewState({ ...STATE, selection: 'all' }, WIDE_PX).selection, 'all');
  });

  test('begins where nothing was stored', () => {
    for (const nothing of [undefined, null, 'text', 7, []]) {
      assert.deepEqual(readViewState(nothing, WIDE_PX), INITIAL_VIEW_STATE);
    }
  });

  test('of scores begins with the image and the highest loss, and keeps what scores have', () => {
    const { layer, sort, kind } = readViewState(STATE, WIDE_PX, undefined, 'scores');
    assert.deepEqual([kind, layer, sort], ['scores', 'image', { key: 'loss', isDescending: true }]);
    const scores: ViewState = {
      ...STATE,
      kind: 'scores',
      scores: '/runs/a/scores/b',
      layer: 'saliencyImage',
      sort: { key: 'mi', isDescending: false },
    };
    assert.deepEqual(readViewState(JSON.parse(JSON.stringify(scores)), WIDE_PX, undefined, 'scores'), scores);
    assert.equal(readViewState(scores, WIDE_PX).layer, 'synthetic');
  });

  test('begins with small tiles on a narrow page', () => {
    assert.equal(readViewState(undefined, 320).tileSize, 128);
    assert.equal(readViewState({ tileSize: 208 }, 320).tileSize, 208);
  });

  test('begins without the settings of maps where there is no room for them', () => {
    assert.equal(readViewState(undefined, 500).areMapControlsOpen, false);
    assert.equal(readViewState({ areMapControlsOpen: true }, 500).areMapControlsOpen, true);
  });

  test('puts the beginning in the place of each part that makes no sense, and keeps the others', () => {
    const broken = {
      ...STATE,
      run: 7,
      layer: 'saliency',
      sort: { key: 'price', isDescending: 'yes' },
      filter: {
        classes: [1, -1, 0.5, '2'],
        decisions: ['maybe'],
        splits: ['dev'],
        miRange: { min: 2, max: 1 },
        differsOnly: 1,
        duplicatesOnly: 'no',
      },
      selection: ['s1', 3],
      scroll: { id: 's0' },
      tileSize: 200,
      details: { isOpen: true, width: -1, height: NaN },
      compareMode: 'onionSkin',
      maps: { saliency: { method: 'guess', layer: 7 }, saliencyLook: null },
      areMapControlsOpen: 'no',
    };
    assert.deepEqual(readViewState(broken, WIDE_PX), {
      ...INITIAL_VIEW_STATE,
      filter: { ...NO_FILTER, classes: [1] },
      areFiltersOpen: true,
      selection: ['s1'],
      cursor: 's2',
      differenceRange: 128,
      details: { ...INITIAL_VIEW_STATE.details, isOpen: true },
      dismissedNotices: ['The dataset is gone.'],
    });
  });
});

test('forAnotherRun keeps how things look and forgets what speaks of samples', () => {
  const { filter, selection, cursor, scroll, dismissedNotices } = INITIAL_VIEW_STATE;
  assert.deepEqual(forAnotherRun(STATE, '/runs/b'), {
    ...STATE,
    run: '/runs/b',
    filter,
    selection,
    cursor,
    scroll,
    dismissedNotices,
  });
});
