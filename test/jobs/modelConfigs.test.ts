import assert from 'node:assert/strict';
import { test } from 'node:test';

import { modelConfigs } from '../../src/jobs/modelConfigs.ts';
import { declareClassifier } from '../../src/models/classifier.ts';
import { describeModel } from '../../src/nn/modelState.ts';
import { TsyndError } from '../../src/protocol/errors.ts';
import { ARCHITECTURES, HEADS, type Architecture } from '../../src/protocol/settings.ts';
import { TINY_SETTINGS } from '../support/tinyRun.ts';

const DATASET = { channels: 1, classNames: ['no', 'yes'], task: 'binary-class' } as const;

function classifierOf(
  architecture: Architecture,
  imageSize: number,
  head: (typeof HEADS)[number] = 'default',
) {
  const classifier = { ...TINY_SETTINGS.classifier, architecture, head };
  return modelConfigs({ ...DATASET, imageSize }, { ...TINY_SETTINGS, classifier }).classifier;
}

test('every architecture with every head is a network at small and large sizes', () => {
  for (const architecture of ARCHITECTURES) {
    for (const head of HEADS) {
      for (const imageSize of [8, 112]) {
        const config = classifierOf(architecture, imageSize, head);
        assert.deepEqual(
          [config.architecture, config.head, config.imageSize, config.numClasses],
          [architecture, head, imageSize, 2],
        );
        assert.ok(describeModel(declareClassifier(config)).parameters.size > 60);
      }
    }
  }
});

test('a size that patches of a transformer do not fill is an error with the nearest one', () => {
  assert.equal(classifierOf('resnet18', 116).imageSize, 116);
  assert.equal(classifierOf('deit-tiny', 108).imageSize, 108);
  assert.throws(
    () => classifierOf('deit-small-distilled', 116),
    (error) =>
      error instanceof TsyndError &&
      error.code === 'settings/invalid' &&
      error.message ===
        'deit-small-distilled cuts images into patches of 16 pixels, and 116 are not divisible by that.' &&
      error.remedy ===
        'Choose another image size, for example 112 px (on the command line: --image-size 112).',
  );
});

test('a size that the autoencoder cannot halve twice is an error for every architecture', () => {
  for (const architecture of ARCHITECTURES) {
    assert.throws(() => classifierOf(architecture, 30), /^TsyndError: The autoencoder halves images twice/);
  }
});
