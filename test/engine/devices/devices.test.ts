import assert from 'node:assert/strict';
import { after, test } from 'node:test';

import { OnnxRuntimeDevice } from '../../../src/engine/devices/onnxRuntimeDevice.ts';
import { ReferenceDevice } from '../../../src/engine/devices/referenceDevice.ts';
import { deviceContract, onnxDeviceContract } from '../../support/deviceContract.ts';

const reference = new ReferenceDevice();
const cpu = new OnnxRuntimeDevice('cpu', { threads: 1 });
after(() => cpu.dispose());

for (const [what, check] of Object.entries(deviceContract)) {
  for (const device of [reference, cpu]) test(`${device.name}: ${what}`, () => check(device));
}
for (const [what, check] of Object.entries(onnxDeviceContract)) test(`cpu: ${what}`, () => check(cpu));

test('a device describes itself', () => {
  assert.match(cpu.description, /^ONNX Runtime \d+\.\d+\.\d+, CPU, 1 threads$/);
  assert.equal(reference.description, 'plain loops in float64');
});
