import assert from 'node:assert/strict';
import { test } from 'node:test';

import { DEFAULT_SALIENCY, EXPLAINED_LAYERS, explainedLayer } from '../../src/protocol/explanations.ts';
import { ARCHITECTURES } from '../../src/protocol/settings.ts';

test('the layer of the default choices is the last one of every architecture', () => {
  for (const architecture of ARCHITECTURES) {
    assert.equal(explainedLayer(architecture, DEFAULT_SALIENCY.layer), EXPLAINED_LAYERS[architecture][0]);
  }
});

test('a layer stands for the one at the same place of another architecture', () => {
  assert.equal(explainedLayer('densenet121', 'layer3'), 'denseblock3');
  assert.equal(explainedLayer('resnet18', 'blocks.8.norm1'), 'layer3');
  assert.equal(explainedLayer('deit-tiny', 'norm5'), 'blocks.11.norm1');
});

test('an own layer stands for itself, and a name of no architecture for none', () => {
  for (const architecture of ARCHITECTURES) {
    for (const layer of EXPLAINED_LAYERS[architecture]) {
      assert.equal(explainedLayer(architecture, layer), layer);
    }
    assert.equal(explainedLayer(architecture, 'layer9'), undefined);
  }
});
