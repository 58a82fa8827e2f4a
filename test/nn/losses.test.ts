import assert from 'node:assert/strict';
import { after, test } from 'node:test';

import type { Device } from '../../src/engine/devices/device.ts';
import { OnnxRuntimeDevice } from '../../src/engine/devices/onnxRuntimeDevice.ts';
import { ReferenceDevice } from '../../src/engine/devices/referenceDevice.ts';
import { gradientsOf } from '../../src/engine/gradient.ts';
import { floatTensor, intTensor } from '../../src/engine/tensor.ts';
import {
  binaryCrossEntropy,
  binaryCrossEntropyPerLabel,
  crossEntropy,
  crossEntropyPerImage,
} from '../../src/nn/losses.ts';
import { assertElementsClose } from '../support/closeness.ts';
import { Draw } from '../support/draw.ts';
import { inputLike } from '../support/inPrecision.ts';
import { runOnce, type HostTensors } from '../support/runGraph.ts';

// Values and gradients against PyTorch are among the cases of ops.test.ts; here is what ties losses together.

const reference = new ReferenceDevice();
const cpu = new OnnxRuntimeDevice('cpu', { threads: 1 });
after(() => cpu.dispose());

async function crossEntropies(device: Device, inputs: HostTensors): Promise<HostTensors> {
  return runOnce(
    device,
    (g) => {
      const [logits, labels] = [inputLike(g, 'logits', inputs.logits), inputLike(g, 'labels', inputs.labels)];
      const loss = crossEntropy(logits, labels);
      const [gradient] = gradientsOf(loss, [logits]);
      return { loss, perImage: crossEntropyPerImage(logits, labels), gradient };
    },
    inputs,
  );
}

test('cross-entropy of equal logits is log K, and its gradient (softmax - one-hot) / N', async () => {
  const inputs = { logits: floatTensor([2, 4], 3), labels: intTensor([2], [0, 3]) };
  const { loss, gradient } = await crossEntropies(reference, inputs);
  assert.ok(Math.abs(loss.data[0] - Math.log(4)) < 1e-12);
  const expected = Float64Array.of(-0.375, 0.125, 0.125, 0.125, 0.125, 0.125, 0.125, -0.375);
  assertElementsClose(gradient, floatTensor([2, 4], expected), 1e-12, 'gradient');
});

test('the loss is the mean over images', async () => {
  const draw = new Draw('losses');
  const inputs = { logits: draw.normal([7, 5], { deviation: 3 }), labels: draw.indices([7], 5) };
  const { loss, perImage } = await crossEntropies(reference, inputs);
  const mean = Array.from(perImage.data).reduce((a, b) => a + b) / 7;
  assert.ok(Math.abs(loss.data[0] - mean) < 1e-12);
});

test('losses of extreme logits and their gradients are finite on the cpu', async () => {
  const logits = floatTensor([2, 3], [200, -200, 0, -3e4, 3e4, 3e4]);
  const { loss, gradient } = await crossEntropies(cpu, { logits, labels: intTensor([2], [1, 2]) });
  assert.ok(Math.abs(loss.data[0] - (400 + Math.log(2)) / 2) < 1e-3);
  assert.ok(gradient.data.every(Number.isFinite));

  const targets = floatTensor([2, 3], [0, 1, 1, 1, 0, 1]);
  const binary = await runOnce(
    cpu,
    (g) => {
      const [x, y] = [inputLike(g, 'x', logits), inputLike(g, 'y', targets)];
      const total = binaryCrossEntropy(x, y);
      const [slope] = gradientsOf(total, [x]);
      return { perLabel: binaryCrossEntropyPerLabel(x, y), slope };
    },
    { x: logits, y: targets },
  );
  const expected = [200, 200, Math.log(2), 3e4, 3e4, 0];
  binary.perLabel.data.forEach((value, index) =>
    assert.ok(Math.abs(value - expected[index]) <= 1e-3, `${index}`),
  );
  assert.ok(binary.slope.data.every(Number.isFinite));
});
