import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withSaliencyLook } from '../../../../webview/shared/maps/mapChanges.ts';
import { mapScales } from '../../../../webview/shared/maps/mapScales.ts';
import { INITIAL_MAP_STATE } from '../../../../webview/shared/maps/mapState.ts';

test('colours are the same object until the look or the theme changes', () => {
  const dark = mapScales(INITIAL_MAP_STATE, 'dark');
  assert.equal(mapScales(INITIAL_MAP_STATE, 'dark'), dark);
  const light = mapScales(INITIAL_MAP_STATE, 'light');
  assert.notDeepEqual(light.signed.colors, dark.signed.colors);
  assert.equal(mapScales(INITIAL_MAP_STATE, 'dark'), dark);
  assert.equal(
    mapScales(withSaliencyLook(INITIAL_MAP_STATE, { opacity: 0.1 }), 'dark').saliency.opacity,
    0.1,
  );
});

test('a difference without sign goes from nothing to the same end', () => {
  const { signed, absolute } = mapScales(INITIAL_MAP_STATE, 'dark');
  const { range } = INITIAL_MAP_STATE.differenceLook;
  assert.deepEqual([signed.low, signed.high, absolute.low, absolute.high], [-range, range, 0, range]);
});
