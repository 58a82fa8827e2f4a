import assert from 'node:assert/strict';
import { test } from 'node:test';

import {
  requestOf,
  targetOfValue,
  valueOfTarget,
  withAdversarial,
  withDifferenceLook,
  withRangeEnd,
  withSaliency,
} from '../../../../webview/shared/maps/mapChanges.ts';
import { INITIAL_MAP_STATE, readMapState } from '../../../../webview/shared/maps/mapState.ts';

test('a choice changes what is computed and leaves how it is drawn, and the other way round', () => {
  const chosen = withSaliency(INITIAL_MAP_STATE, { layer: 'layer3', target: 1 });
  assert.deepEqual(requestOf(chosen, 'saliency'), {
    kind: 'saliency',
    choices: { ...INITIAL_MAP_STATE.saliency, layer: 'layer3', target: 1 },
  });
  assert.equal(chosen.saliencyLook, INITIAL_MAP_STATE.saliencyLook);
  const drawn = withDifferenceLook(withAdversarial(chosen, { steps: 10 }), { range: 0.5 });
  assert.deepEqual(requestOf(drawn, 'adversarial'), {
    kind: 'adversarial',
    choices: { ...INITIAL_MAP_STATE.adversarial, steps: 10 },
  });
  assert.equal(drawn.differenceLook.range, 0.5);
  assert.equal(drawn.saliency, chosen.saliency);
});

test('an end of the range pushes the other along, and the range is always one that is read again', () => {
  const rangeOf = (end: 'low' | 'high', value: number, from = INITIAL_MAP_STATE) =>
    withRangeEnd(from, end, value).saliencyLook.range;
  assert.deepEqual(rangeOf('low', 0.4), [0.4, 1]);
  assert.deepEqual(rangeOf('low', 1), [0.95, 1]);
  assert.deepEqual(rangeOf('high', 0), [0, 0.05]);
  const narrow = withRangeEnd(withRangeEnd(INITIAL_MAP_STATE, 'low', 0.5), 'high', 0.6);
  assert.deepEqual(rangeOf('low', 0.7, narrow), [0.7, 0.75]);
  assert.deepEqual(rangeOf('high', 0.3, narrow), [0.25, 0.3]);
  for (let step = 0; step <= 20; step++) {
    for (const end of ['low', 'high'] as const) {
      const state = withRangeEnd(narrow, end, step / 20);
      assert.deepEqual(readMapState(state).saliencyLook.range, state.saliencyLook.range, `${end} ${step}`);
    }
  }
});

test('a class goes through a dropdown and back', () => {
  for (const target of ['predicted', 'label', 0, 12] as const) {
    assert.equal(targetOfValue(valueOfTarget(target)), target);
  }
});
