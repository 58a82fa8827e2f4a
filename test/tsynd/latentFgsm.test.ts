import assert from 'node:assert/strict';
import { after, test } from 'node:test';

import type { Device } from '../../src/engine/devices/device.ts';
import { OnnxRuntimeDevice } from '../../src/engine/devices/onnxRuntimeDevice.ts';
import { ReferenceDevice } from '../../src/engine/devices/referenceDevice.ts';
import { floatTensor, type HostTensor } from '../../src/engine/tensor.ts';
import { traceLatentFgsm } from '../../src/tsynd/latentFgsm.ts';
import { loadAugmentation } from '../support/fixtures.ts';
import { inPrecision } from '../support/inPrecision.ts';
import { loadLatentModels, optimizeLatents } from '../support/latentFixture.ts';
import { runTraced } from '../support/runGraph.ts';

const fixture = await loadAugmentation();
const models = await loadLatentModels();
const reference = new ReferenceDevice();
const cpu = new OnnxRuntimeDevice('cpu', { threads: 1 });
after(() => cpu.dispose());

const [start, labels, deviation] = [
  fixture.tensor('latents'),
  fixture.tensor('labels'),
  fixture.tensor('deviation'),
];
const { fgsmStep } = fixture.description;
const config = { ...models.config, fgsmStep };

async function step(device: Device): Promise<HostTensor> {
  const precision = device === reference ? 'float64' : 'float32';
  const { moved } = await runTraced(device, traceLatentFgsm(config), {
    ...Object.fromEntries(models.tensors(precision)),
    latents: inPrecision(precision, start),
    masks: inPrecision(precision, fixture.tensor('masks')),
    labels,
    deviation: inPrecision(precision, deviation),
  });
  return moved;
}

/** Standard deviation of the channel of an element. */
function deviationAt(index: number): number {
  const [, channels, height, width] = start.shape;
  return deviation.data[Math.floor(index / (height * width)) % channels];
}

for (const [precision, device] of [
  ['float64', reference],
  ['float32', cpu],
] as const) {
  test(`in ${precision} the step is PyTorch's`, async () => {
    const [actual, expected] = [await step(device), fixture.tensor(`${precision}/fgsm`)];
    const gradient = fixture.tensor(`${precision}/fgsmGradient`);
    const largest = Math.max(...[...gradient.data].map(Math.abs));
    let compared = 0;
    actual.data.forEach((value, index) => {
      // In single precision rounding decides the sign of a gradient that is next to nothing.
      if (precision === 'float32' && Math.abs(gradient.data[index]) < 1e-3 * largest) return;
      compared++;
      assert.ok(Math.abs(value - expected.data[index]) < 1e-5, `element ${index}`);
    });
    assert.ok(compared > 0.9 * actual.data.length, `${compared} of ${actual.data.length}`);
  });
}

test('every element moves by the step in deviations of its channel, to where the cross-entropy rises', async () => {
  const moved = await step(reference);
  const objectiveAt = async (latents: HostTensor): Promise<readonly number[]> => {
    const result = await optimizeLatents(
      reference,
      { ...models, latents, masks: fixture.tensor('masks') },
      { steps: 0, learningRate: 1 },
      { objective: 'cross-entropy' },
      { labels },
    );
    return [...result.objective.data];
  };
  moved.data.forEach((value, index) => {
    const length = Math.abs(value - start.data[index]);
    assert.ok(Math.abs(length - fgsmStep * deviationAt(index)) < 1e-9, `element ${index}`);
  });
  const size = start.data.length / start.shape[0];
  for (const index of [3, 57, size + 20, 2 * size + 111]) {
    const shifted = async (by: number): Promise<number> => {
      const data = Float64Array.from(start.data);
      data[index] += by;
      return (await objectiveAt(floatTensor(start.shape, data)))[Math.floor(index / size)];
    };
    const slope = (await shifted(1e-5)) - (await shifted(-1e-5));
    assert.equal(Math.sign(slope), Math.sign(moved.data[index] - start.data[index]), `element ${index}`);
  }
});
