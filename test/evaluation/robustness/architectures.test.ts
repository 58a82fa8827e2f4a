import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { OnnxRuntimeDevice } from '../../../src/engine/devices/onnxRuntimeDevice.ts';
import { randomKey, uniforms } from '../../../src/engine/random.ts';
import { floatTensor, intTensor } from '../../../src/engine/tensor.ts';
import { AttackedClassifier } from '../../../src/evaluation/robustness/attackedClassifier.ts';
import { attackedModel } from '../../../src/evaluation/robustness/attackPrograms.ts';
import { signedStep, signsOf } from '../../../src/evaluation/robustness/perturbations.ts';
import { declareClassifier } from '../../../src/models/classifier.ts';
import { initializeModel } from '../../../src/nn/modelState.ts';
import { ARCHITECTURES } from '../../../src/protocol/settings.ts';
import { tracePrediction } from '../../../src/tsynd/classifierTraining.ts';
import { runTraced } from '../../support/runGraph.ts';

const cpu = new OnnxRuntimeDevice('cpu', { threads: 1 });
after(() => cpu.dispose());
const shape = { batchSize: 2, imageSize: 28 };
const images = floatTensor([2, 1, 28, 28], Float32Array.from(uniforms(randomKey(1), 2 * 28 * 28, 0.2, 0.8)));
const labels = intTensor([2], [0, 2]);

for (const architecture of ARCHITECTURES) {
  test(`${architecture}: what is attacked is what predicts, and a step along the gradient raises the loss`, async () => {
    const config = {
      architecture,
      head: 'default',
      width: 4,
      imageSize: 28,
      inChannels: 1,
      numClasses: 3,
    } as const;
    const state = initializeModel(declareClassifier(config), randomKey(2));
    const classifier = await AttackedClassifier.create(cpu, attackedModel(config, 'softmax'), shape, state);
    const clean = await classifier.answer(images);
    const baked = { baked: state };
    const predicted = await runTraced(cpu, tracePrediction(config, shape, 'softmax'), { images }, baked);
    clean.probs.forEach((prob, at) => assert.ok(Math.abs(prob - predicted.probs.data[at]) < 1e-6));

    const changed = signedStep(images, signsOf(await classifier.gradient(images, labels)), 2e-3);
    const { probs } = await classifier.answer(changed);
    for (const [row, label] of labels.data.entries()) {
      const at = 3 * row + label;
      assert.ok(probs[at] < clean.probs[at] - 1e-6, `image ${row}: ${clean.probs[at]}, then ${probs[at]}`);
    }
    await classifier.dispose();
  });
}
