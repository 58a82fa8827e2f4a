import assert from 'node:assert/strict';
import { test } from 'node:test';
import { INITIAL_MAP_STATE, readMapState, type MapState } from '../../../../webview/shared/maps/mapState.ts';

const CHOSEN: MapState = {
  saliency: { method: 'gradcam', sign: 'raw', layer: 'layer3', target: 2 },
  adversarial: { target: 'label', steps: 20, learningRate: 0.1 },
  saliencyLook: { colors: 'cividis', range: [0.1, 0.9], opacity: 0.7, threshold: 0.2 },
  differenceLook: { colors: 'purpleOrange', range: 0.5, opacity: 0.8, threshold: 0.05 },
};

test('what was stored comes back', () => {
  assert.deepEqual(readMapState(JSON.parse(JSON.stringify(CHOSEN))), CHOSEN);
});

test('nothing, or nonsense, is the first state', () => {
  for (const stored of [undefined, null, 'text', 3, [], { saliency: 5, differenceLook: [] }]) {
    assert.deepEqual(readMapState(stored), INITIAL_MAP_STATE);
  }
});

test('one part that makes no sense does not take the others along', () => {
  const broken = {
    saliency: { ...CHOSEN.saliency, layer: '../secrets', target: -1 },
    adversarial: { ...CHOSEN.adversarial, steps: 1e9, learningRate: Number.NaN },
    saliencyLook: { ...CHOSEN.saliencyLook, range: [0.9, 0.1], opacity: 7 },
    differenceLook: { ...CHOSEN.differenceLook, colors: 'rainbow', range: 0 },
  };
  const { saliency, adversarial, saliencyLook, differenceLook } = INITIAL_MAP_STATE;
  assert.deepEqual(readMapState(broken), {
    saliency: { ...CHOSEN.saliency, layer: saliency.layer, target: saliency.target },
    adversarial: {
      ...CHOSEN.adversarial,
      steps: adversarial.steps,
      learningRate: adversarial.learningRate,
    },
    saliencyLook: { ...CHOSEN.saliencyLook, range: saliencyLook.range, opacity: saliencyLook.opacity },
    differenceLook: {
      ...CHOSEN.differenceLook,
      colors: differenceLook.colors,
      range: differenceLook.range,
    },
  });
});
