import assert from 'node:assert/strict';
import { test } from 'node:test';

import { randomKey } from '../../src/engine/random.ts';
import { declareClassifier, type ClassifierConfig } from '../../src/models/classifier.ts';
import { heNormal, normalInitializer } from '../../src/nn/initializers.ts';
import { initializeModel } from '../../src/nn/modelState.ts';

const SIZE = { head: 'default', width: 16, imageSize: 28, inChannels: 1, numClasses: 2 } as const;

function stateOf(architecture: ClassifierConfig['architecture']): (name: string) => ArrayLike<number> {
  const state = initializeModel(declareClassifier({ ...SIZE, architecture }), randomKey(3));
  return (name) => {
    const tensor = state.get(name);
    assert.ok(tensor, name);
    return tensor.data;
  };
}

function momentsOf(values: ArrayLike<number>): { mean: number; deviation: number; largest: number } {
  const list = Array.from(values);
  const mean = list.reduce((total, value) => total + value, 0) / list.length;
  const variance = list.reduce((total, value) => total + (value - mean) ** 2, 0) / list.length;
  const largest = list.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return { mean, deviation: Math.sqrt(variance), largest };
}

function assertNear(found: number, expected: number, tolerance: number): void {
  assert.ok(Math.abs(found - expected) <= tolerance, `${found} is not ${expected} within ${tolerance}`);
}

test('normal initializers have the deviation that they were asked for', () => {
  const shape = [100, 200];
  const plain = momentsOf(normalInitializer(0.02)(randomKey(1), shape));
  assertNear(plain.mean, 0, 5e-4);
  assertNear(plain.deviation, 0.02, 5e-4);
  assert.ok(plain.largest > 0.06, 'it has tails');
  assertNear(momentsOf(heNormal(50)(randomKey(2), shape)).deviation, 0.2, 5e-3);
});

test('DeiT starts as timm draws it', () => {
  const of = stateOf('deit-tiny-distilled');
  for (const name of ['blocks.3.attn.qkv.weight', 'blocks.7.mlp.fc1.weight', 'pos_embed']) {
    assertNear(momentsOf(of(name)).deviation, 0.02, 2e-3);
  }
  for (const name of ['blocks.3.attn.qkv.bias', 'head.bias', 'head_dist.bias', 'norm.bias']) {
    assert.ok(Array.from(of(name)).every((value) => value === 0));
  }
  assert.ok(momentsOf(of('head.weight')).largest < 0.1 && momentsOf(of('head.weight')).deviation > 0.01);
  assert.ok(momentsOf(of('patch_embed.proj.weight')).largest <= 1 / Math.sqrt(16));
});

test("DenseNet's convolutions start by He's rule, and ResNet's by PyTorch's default", () => {
  const dense = stateOf('densenet121');
  assertNear(
    momentsOf(dense('features.denseblock3.denselayer20.conv1.weight')).deviation,
    Math.sqrt(2 / 216),
    5e-3,
  );
  assertNear(momentsOf(dense('features.transition3.conv.weight')).deviation, Math.sqrt(2 / 256), 5e-3);
  const residual = momentsOf(stateOf('resnet18')('layer4.1.conv2.weight'));
  assertNear(residual.largest, 1 / Math.sqrt(128 * 9), 1e-4);
});
