import assert from 'node:assert/strict';
import test from 'node:test';
import {
  INITIAL_PAGE_STATE,
  readPageState,
  sizeKey,
  withViewport,
  type PageState,
} from '../../../webview/inspector/pageState.ts';
import { INITIAL_MAP_STATE } from '../../../webview/shared/maps/mapState.ts';

const viewport = { scale: 4, center: { x: 10, y: 12 } };

test('what was stored is read again', () => {
  const state: PageState = {
    run: '/w/.tsynd/runs/a',
    layer: 'saliency',
    maps: { ...INITIAL_MAP_STATE, saliency: { ...INITIAL_MAP_STATE.saliency, layer: 'layer3', target: 1 } },
    tool: 'pan',
    isInverted: true,
    windows: { 8: { window: 90, level: 40 }, 16: 'full' },
    viewports: { '28 x 28': viewport },
  };
  assert.deepEqual(readPageState(JSON.parse(JSON.stringify(state))), state);
});

test('what was not stored is as at first', () => {
  for (const stored of [undefined, null, 7, 'text', [], {}]) {
    assert.deepEqual(readPageState(stored), INITIAL_PAGE_STATE);
  }
});

test('each part that makes no sense is as at first, and the others hold', () => {
  const state = readPageState({
    run: 5,
    layer: 'depth',
    maps: { saliency: 7 },
    tool: 'pan',
    isInverted: 'yes',
    windows: { 8: { window: 0, level: 3 }, 16: { window: 100, level: 50 } },
    viewports: { a: viewport, b: { scale: 'fit', center: { x: 1, y: 1 } }, c: { scale: -1 }, d: null },
  });
  assert.deepEqual(state, {
    ...INITIAL_PAGE_STATE,
    tool: 'pan',
    windows: { 8: 'full', 16: { window: 100, level: 50 } },
    viewports: { a: viewport },
  });
});

test('each size keeps its own zoom until it fits again', () => {
  const size = sizeKey({ width: 64, height: 32 });
  const near = withViewport(INITIAL_PAGE_STATE, size, viewport);
  assert.deepEqual(near.viewports, { '64 x 32': viewport });
  assert.deepEqual(withViewport(near, size, { ...viewport, scale: 'fit' }).viewports, {});
});

test('of many sizes, the latest are remembered', () => {
  let state = INITIAL_PAGE_STATE;
  for (let side = 1; side <= 20; side++) state = withViewport(state, `${side} x ${side}`, viewport);
  state = withViewport(state, '5 x 5', viewport);
  const sizes = Object.keys(state.viewports);
  assert.equal(sizes.length, 16);
  assert.deepEqual([sizes[0], sizes.at(-1)], ['6 x 6', '5 x 5']);
});
