import assert from 'node:assert/strict';
import { after, test } from 'node:test';

import type { Device } from '../../src/engine/devices/device.ts';
import { OnnxRuntimeDevice } from '../../src/engine/devices/onnxRuntimeDevice.ts';
import { ReferenceDevice } from '../../src/engine/devices/referenceDevice.ts';
import { gradientsOf } from '../../src/engine/gradient.ts';
import { sum } from '../../src/engine/ops/sum.ts';
import { floatTensor, intTensor, type HostTensor } from '../../src/engine/tensor.ts';
import { objectiveOf, type Objective } from '../../src/tsynd/objective.ts';
import { uncertaintyOf, type Likelihood } from '../../src/tsynd/uncertainty.ts';
import { Draw } from '../support/draw.ts';
import { inputLike } from '../support/inPrecision.ts';
import { runOnce } from '../support/runGraph.ts';

const reference = new ReferenceDevice();
const cpu = new OnnxRuntimeDevice('cpu', { threads: 1 });
after(() => cpu.dispose());

async function evaluate(
  device: Device,
  objective: Objective,
  likelihood: Likelihood,
  inputs: { readonly logits: HostTensor; readonly labels: HostTensor },
): Promise<{ values: HostTensor; gradient: HostTensor; information: HostTensor; entropy: HostTensor }> {
  const results = await runOnce(
    device,
    (graph) => {
      const logits = inputLike(graph, 'logits', inputs.logits);
      const uncertainty = uncertaintyOf(logits, likelihood);
      const values = objectiveOf(objective, uncertainty, inputLike(graph, 'labels', inputs.labels));
      return {
        values,
        gradient: gradientsOf(sum(values), [logits])[0],
        information: uncertainty.mutualInformation,
        entropy: uncertainty.predictiveEntropy,
      };
    },
    inputs,
  );
  const { values, gradient, information, entropy } = results;
  return { values, gradient, information, entropy };
}

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

test('mutual information and entropy are passed on', async () => {
  const inputs = { logits: new Draw('objective').normal([4, 3, 2]), labels: intTensor([3], [0, 1, 1]) };
  const information = await evaluate(reference, 'mi', 'softmax', inputs);
  assert.deepEqual(information.values, information.information);
  const entropy = await evaluate(reference, 'entropy', 'softmax', inputs);
  assert.deepEqual(entropy.values, entropy.entropy);
});

test('cross-entropy is -log of the mean probability of the label', async () => {
  const [logits, labels] = [new Draw('cross-entropy').normal([4, 3, 5]), intTensor([3], [0, 4, 2])];
  const { values } = await evaluate(reference, 'cross-entropy', 'softmax', { logits, labels });
  labels.data.forEach((label, image) => {
    let mean = 0;
    for (let sample = 0; sample < 4; sample++) {
      const row = Array.from(
        logits.data.slice((sample * 3 + image) * 5, (sample * 3 + image + 1) * 5),
        Math.exp,
      );
      mean += row[label] / row.reduce((a, b) => a + b) / 4;
    }
    assert.ok(Math.abs(values.data[image] + Math.log(mean)) < 1e-12);
  });
});

test('cross-entropy of sigmoids adds up over present and absent labels', async () => {
  const logits = new Draw('binary cross-entropy').normal([4, 2, 3], { deviation: 2 });
  const labels = floatTensor([2, 3], [1, 0, 0, 0, 1, 1]);
  const { values } = await evaluate(reference, 'cross-entropy', 'sigmoid', { logits, labels });
  for (let image = 0; image < 2; image++) {
    let expected = 0;
    for (let label = 0; label < 3; label++) {
      let mean = 0;
      for (let sample = 0; sample < 4; sample++)
        mean += sigmoid(logits.data[(sample * 2 + image) * 3 + label]) / 4;
      expected -= Math.log(labels.data[image * 3 + label] === 1 ? mean : 1 - mean);
    }
    assert.ok(Math.abs(values.data[image] - expected) < 1e-12);
  }
});

test('a confident, wrong sigmoid keeps its value and its gradient in single precision', async () => {
  const inputs = { logits: floatTensor([2, 1, 2], [40, -40, 60, -60]), labels: floatTensor([1, 2], [0, 1]) };
  const { values, gradient } = await evaluate(cpu, 'cross-entropy', 'sigmoid', inputs);
  // Of two masks the less confident one decides: -log((e^-40 + e^-60) / 2) a label.
  assert.ok(Math.abs(values.data[0] - 2 * (40 + Math.log(2))) < 1e-3);
  const expected = [1, -1, 0, 0];
  gradient.data.forEach((value, index) => assert.ok(Math.abs(value - expected[index]) < 1e-3, `${value}`));
});
