import assert from 'node:assert/strict';

import type { Device } from '../../src/engine/devices/device.ts';
import { inPrecision, requireHalfPrecision } from '../../src/engine/devices/inPrecision.ts';
import { DeviceError } from '../../src/engine/errors.ts';
import { adam } from '../../src/nn/optimizers.ts';
import { scaledFor } from '../../src/nn/lossScale.ts';
import { Trainer } from '../../src/nn/trainer.ts';
import { compilePrograms, initial, parameters, train } from './smallClassifier.ts';

/** Training in half precision lowers the loss; a device without it says what it lacks, and works on. */
export async function checkHalfPrecision(device: Device): Promise<void> {
  try {
    await requireHalfPrecision(device);
  } catch (error) {
    assert.ok(error instanceof DeviceError, String(error));
    assert.match(error.message, /lacks the WebGPU feature 'shader-f16'/);
    return;
  }
  const half = inPrecision(device, 'float16');
  const optimizer = scaledFor(half, adam());
  const trainer = await Trainer.create(half, optimizer, parameters, initial);
  const losses = await train(half, trainer, await compilePrograms(half, optimizer), 0, 60);
  trainer.dispose();
  const meanOf = (values: readonly number[]): number => values.reduce((a, b) => a + b) / values.length;
  assert.ok(meanOf(losses.slice(-20)) < meanOf(losses.slice(0, 8)), losses.join(' '));
}
