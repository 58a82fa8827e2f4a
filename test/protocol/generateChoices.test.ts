import assert from 'node:assert/strict';
import { test } from 'node:test';

import { generateChoicesSchema, makeSettings, sourcesOf } from '../../src/protocol/generateChoices.ts';
import { generateSettingsSchema, METHODS } from '../../src/protocol/settings.ts';

const CHOICES = { method: 'baseline', preset: 'quick', seed: 0, fraction: 1 } as const;

test('choices become complete settings', () => {
  for (const method of METHODS) {
    const settings = makeSettings({ ...CHOICES, method });
    assert.deepEqual(generateSettingsSchema.parse(settings), settings);
  }
  const { classifier } = makeSettings({ ...CHOICES, architecture: 'deit-tiny', head: 'complex' });
  assert.deepEqual(
    [classifier.architecture, classifier.head, classifier.width],
    ['deit-tiny', 'complex', 16],
  );
});

test('only methods with latents make samples unless asked', () => {
  const making = METHODS.filter((method) => makeSettings({ ...CHOICES, method }).count > 0);
  assert.deepEqual(making, ['reconstruction', 'noise', 'entropy', 'mi', 'cross-entropy', 'latent-fgsm']);
});

test('a pool is mixed with real images unless something else is said', () => {
  assert.deepEqual(sourcesOf(CHOICES), { pretrained: undefined });
  assert.deepEqual(sourcesOf({ ...CHOICES, pool: '/data/pool' }).trainingSet, {
    mix: 'real-and-synthetic',
    pool: { path: '/data/pool', samples: undefined },
    ratio: undefined,
  });
  const chosen = sourcesOf({
    ...CHOICES,
    pool: '/data/run',
    samples: 'accepted',
    mix: 'synthetic',
    ratio: 2,
  });
  assert.deepEqual(chosen.trainingSet, {
    mix: 'synthetic',
    pool: { path: '/data/run', samples: 'accepted' },
    ratio: 2,
  });
});

test('choices of sources are taken from another process, and nothing beside them', () => {
  const choices = { ...CHOICES, pretrained: '/data/weights.safetensors', pool: '/data/pool', ratio: 0.5 };
  assert.deepEqual(generateChoicesSchema.parse(choices), choices);
  for (const wrong of [{ ratio: 0 }, { mix: 'all' }, { pool: '' }, { filter: 'selective' }]) {
    assert.equal(generateChoicesSchema.safeParse({ ...CHOICES, ...wrong }).success, false);
  }
});
