import assert from 'node:assert/strict';
import { test } from 'node:test';

import { ReferenceDevice } from '../../src/engine/devices/referenceDevice.ts';
import { deriveKey, randomKey } from '../../src/engine/random.ts';
import { floatTensor, intTensor, type HostTensor } from '../../src/engine/tensor.ts';
import { declareClassifier, maskWidth, type ClassifierConfig } from '../../src/models/classifier.ts';
import { describeModel, initializeModel } from '../../src/nn/modelState.ts';
import { adam } from '../../src/nn/optimizers.ts';
import { Trainer } from '../../src/nn/trainer.ts';
import { traceClassifierStep } from '../../src/tsynd/classifierTraining.ts';
import { drawMixing, mixImages } from '../../src/tsynd/mixup.ts';
import type { Likelihood } from '../../src/tsynd/uncertainty.ts';
import { Draw } from '../support/draw.ts';
import { disposeAll, uploadAll } from '../support/runGraph.ts';

const reference = new ReferenceDevice();
const COUNT = 5;
const config: ClassifierConfig = {
  architecture: 'resnet18',
  head: 'default',
  width: 2,
  imageSize: 8,
  inChannels: 1,
  numClasses: 3,
};

test('images are mixed with their partners', () => {
  const images = floatTensor([3, 1, 1, 2], [0, 1, 0.5, 0.25, 1, 0]);
  const mixed = mixImages(images, { partners: Int32Array.of(2, 0, 1), lambda: 0.75 });
  assert.deepEqual(mixed.shape, images.shape);
  assert.deepEqual([...mixed.data], [0.25, 0.75, 0.375, 0.4375, 0.875, 0.0625]);
});

test('each batch has one order and one share, from its key; most shares are near 0 or 1', () => {
  const mixings = Array.from({ length: 400 }, (_, step) => drawMixing(deriveKey(randomKey(4), step), COUNT));
  assert.deepEqual(drawMixing(deriveKey(randomKey(4), 0), COUNT), mixings[0]);
  for (const { partners } of mixings) assert.deepEqual([...partners].sort(), [0, 1, 2, 3, 4]);
  const extreme = mixings.filter(({ lambda }) => lambda < 0.1 || lambda > 0.9).length / mixings.length;
  // P(X < 0.1 or X > 0.9) of Beta(0.2, 0.2) is 0.673, by numerical integration.
  assert.ok(Math.abs(extreme - 0.673) < 0.1, String(extreme));
});

/** Loss of one training step from the same weights; labels `[N]` or `[N, L]`. */
async function lossOf(
  likelihood: Likelihood,
  images: HostTensor,
  labels: HostTensor,
  mixing?: { readonly partnerLabels: HostTensor; readonly lambda: number },
): Promise<number> {
  const optimizer = adam();
  const declare = declareClassifier(config);
  const state = initializeModel(declare, randomKey(9));
  const parameters = describeModel(declare).parameters.keys();
  const trainer = await Trainer.create(reference, optimizer, parameters, state);
  const batch = { real: COUNT, synthetic: 0, imageSize: 8, isMixed: mixing !== undefined };
  const program = await reference.compile(traceClassifierStep(config, optimizer, batch, likelihood));
  const inputs = await uploadAll(reference, {
    images,
    labels,
    dropout: floatTensor([COUNT, maskWidth(config)], 1),
    ...(mixing
      ? { partnerLabels: mixing.partnerLabels, lambda: floatTensor([], Float64Array.of(mixing.lambda)) }
      : {}),
  });
  const { loss } = await trainer.run(program, inputs, 0.01);
  disposeAll(inputs);
  trainer.dispose();
  return (await loss.read()).data[0];
}

const LABELS: Readonly<Record<Likelihood, readonly [HostTensor, HostTensor]>> = {
  softmax: [intTensor([COUNT], [0, 1, 2, 1, 0]), intTensor([COUNT], [2, 2, 0, 1, 1])],
  sigmoid: [
    floatTensor([COUNT, 3], [1, 0, 0, 0, 1, 1, 0, 0, 0, 1, 1, 1, 0, 1, 0]),
    floatTensor([COUNT, 3], [0, 0, 1, 1, 1, 1, 0, 1, 0, 0, 1, 0, 1, 0, 0]),
  ],
};

for (const likelihood of ['softmax', 'sigmoid'] as const) {
  test(`the loss of mixed images mixes the losses of both labels: ${likelihood}`, async () => {
    const images = new Draw('mixup').uniform([COUNT, 1, 8, 8], 0, 1);
    const [labels, partnerLabels] = LABELS[likelihood];
    const [first, second] = [
      await lossOf(likelihood, images, labels),
      await lossOf(likelihood, images, partnerLabels),
    ];
    assert.ok(Math.abs(first - second) > 1e-3);
    for (const lambda of [0, 0.3, 1]) {
      const mixed = await lossOf(likelihood, images, labels, { partnerLabels, lambda });
      assert.ok(Math.abs(mixed - (lambda * first + (1 - lambda) * second)) < 1e-12);
    }
  });
}
