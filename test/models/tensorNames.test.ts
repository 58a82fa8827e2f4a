import assert from 'node:assert/strict';
import { test } from 'node:test';

import { declareClassifier } from '../../src/models/classifier.ts';
import { renameTensors } from '../../src/models/tensorNames.ts';
import { describeModel } from '../../src/nn/modelState.ts';

function namesOf(architecture: 'resnet50' | 'densenet121' | 'deit-tiny-distilled'): string[] {
  const size = { width: 8, imageSize: 28, inChannels: 1, numClasses: 2 };
  const { parameters, buffers } = describeModel(
    declareClassifier({ architecture, head: 'default', ...size }),
  );
  return [...parameters.keys(), ...buffers.keys()];
}

const renamed = (names: readonly string[]): string[] => [
  ...renameTensors(new Map(names.map((name) => [name, 0]))).keys(),
];

test('the names of torchvision and timm stay', () => {
  for (const name of ['resnet50', 'densenet121', 'deit-tiny-distilled'] as const) {
    assert.deepEqual(renamed(namesOf(name)), namesOf(name));
  }
});

test("MedMNIST's ResNets are known by their names", () => {
  const names = namesOf('resnet50');
  const published = names.map((name) => name.replace('downsample', 'shortcut').replace(/^fc\./, 'linear.'));
  assert.equal(names.filter((name, index) => name !== published[index]).length, 4 * 5 + 2);
  assert.deepEqual(renamed(published), names);
});

test("an optimiser's tensors are renamed behind their prefix", () => {
  assert.deepEqual(
    renamed(['optimizer.firstMoment.linear.bias', 'optimizer.secondMoment.layer2.0.shortcut.1.weight']),
    ['optimizer.firstMoment.fc.bias', 'optimizer.secondMoment.layer2.0.downsample.1.weight'],
  );
});

test("torchvision's older DenseNet files are known by their names", () => {
  const names = namesOf('densenet121');
  const older = names.map((name) => name.replace(/(denselayer\d+\.(?:norm|conv))([12])/, '$1.$2'));
  assert.notDeepEqual(older, names);
  assert.deepEqual(renamed(older), names);
});
