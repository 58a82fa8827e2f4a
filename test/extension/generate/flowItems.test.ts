import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import type { ChoiceDefaults, FlowChoices } from '../../../src/extension/generate/choices.ts';
import {
  advancedItems,
  methodItems,
  presetItems,
  reviewItems,
} from '../../../src/extension/generate/flowItems.ts';
import { TsyndError } from '../../../src/protocol/errors.ts';
import { METHODS, PRESETS } from '../../../src/protocol/settings.ts';
import { exampleSummary } from './exampleSummary.ts';

const choices: FlowChoices = { preset: 'quick', method: 'mi', device: 'auto', seed: 0, fraction: 1 };
const defaults: ChoiceDefaults = {
  device: 'auto',
  'defaults.preset': 'quick',
  'defaults.method': 'mi',
  'defaults.count': 64,
};

test('every preset and method can be chosen once, each with a sentence', () => {
  assert.deepEqual(new Set(presetItems().map(({ value }) => value)), new Set(PRESETS));
  assert.deepEqual(new Set(methodItems().map(({ value }) => value)), new Set(METHODS));
  assert.equal(methodItems().length, METHODS.length);
  assert.equal(methodItems()[0].value, 'mi');
  for (const { detail } of [...presetItems(), ...methodItems()]) assert.match(detail ?? '', /\.$/);
});

test('no line that we write is cut off, at the width that a list has', () => {
  for (const { detail = '' } of [...presetItems(), ...methodItems(), ...advancedItems(choices)]) {
    assert.ok(detail.length <= 78, detail);
  }
});

describe('reviewItems', () => {
  const actions = (items: ReturnType<typeof reviewItems>): unknown[] =>
    items.map(({ value }) => value?.kind).filter((kind) => kind !== undefined);

  test('nothing can be started before the dataset has been read', () => {
    const items = reviewItems({ kind: 'reading', done: 1200, total: 5000 }, choices, defaults);
    assert.equal(items[0].description, '1,200 of 5,000 images');
    assert.deepEqual(actions(items), ['advanced']);
  });

  test('a dataset that cannot be used says why', () => {
    const error = new TsyndError('dataset/invalid', 'It is empty.', { remedy: 'Add images.' });
    const items = reviewItems({ kind: 'failed', error }, choices, defaults);
    assert.equal(items[0].detail, 'It is empty. Add images.');
    assert.deepEqual(actions(items), ['retry', 'advanced']);
  });

  test('a plain dataset starts with Enter, and shows its classes', () => {
    const items = reviewItems({ kind: 'ready', summary: exampleSummary() }, choices, defaults);
    assert.equal(items[0].label, '$(play) Start');
    assert.equal(items[0].description, 'mi, quick, 64 images, device auto');
    assert.deepEqual(items[0].value, { kind: 'start', skipUnreadable: false });
    const malignant = items.find(({ label }) => label === 'malignant');
    assert.equal(malignant?.description, 'train 40, val 2, test 4');
    assert.ok(items.some(({ value }) => value?.kind === 'summary'));
    const advanced = items.find(({ value }) => value?.kind === 'advanced');
    assert.equal(advanced?.detail, 'seed 0, all labels, 5 latent steps');
  });

  test('unreadable files are named, and left out only by choosing so', () => {
    const skippedFiles = ['a.png', 'b.png', 'c.png', 'd.png'].map((file) => ({ file, reason: 'broken' }));
    const summary = exampleSummary({ skippedFiles });
    const [start] = reviewItems({ kind: 'ready', summary }, choices, defaults);
    assert.equal(start.label, '$(play) Leave Out 4 unreadable files and Start');
    assert.equal(start.detail, 'a.png, b.png, c.png and 1 more');
    assert.deepEqual(start.value, { kind: 'start', skipUnreadable: true });
  });

  test('pictures shared by splits stand as a warning', () => {
    const duplicates = {
      groups: 1,
      surplusCopies: 2,
      crossSplit: [{ splits: ['train', 'val'] as const, images: 2 }],
    };
    const items = reviewItems({ kind: 'ready', summary: exampleSummary({ duplicates }) }, choices, defaults);
    const labels = items.map(({ label }) => label);
    assert.ok(
      labels.includes('$(warning) 2 val images are also in train: scores on val may come out too good.'),
    );
    assert.ok(labels.includes('$(info) 1 group of equal images, 2 surplus copies'));
  });

  test('a size that cannot be trained on has to be changed first', () => {
    const items = reviewItems(
      { kind: 'ready', summary: exampleSummary({ imageSize: 30 }) },
      choices,
      defaults,
    );
    assert.ok(!actions(items).includes('start'));
    assert.deepEqual(items[0].value, { kind: 'imageSize' });
  });

  test('of many classes the first are shown, and the others counted', () => {
    const classNames = Array.from({ length: 100 }, (_, index) => `class ${index}`);
    const splits = exampleSummary().splits.map((split) => ({
      ...split,
      classCounts: classNames.map(() => 1),
    }));
    const items = reviewItems(
      { kind: 'ready', summary: exampleSummary({ classNames, splits }) },
      choices,
      defaults,
    );
    const labels = items.map(({ label }) => label);
    assert.equal(labels.filter((label) => label.startsWith('class ')).length, 8);
    assert.ok(labels.includes('92 more classes'));
  });
});
