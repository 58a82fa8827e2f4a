import type { Device } from '../../src/engine/devices/device.ts';
import { ReferenceDevice } from '../../src/engine/devices/referenceDevice.ts';
import { adam } from '../../src/nn/optimizers.ts';
import { checkAutoencoderTraining } from './autoencoderSteps.ts';
import { checkDeitStep } from './deitStep.ts';
import { deviceContract, onnxDeviceContract } from './deviceContract.ts';
import { checkHalfPrecision } from './checkHalfPrecision.ts';
import { checkLatentSteps } from './latentFixture.ts';
import { checkTraining } from './smallClassifier.ts';
import { checkDevice, loadOpExamples } from './opChecks.ts';
import { residenceChecks } from './webgpuResidence.ts';

/** Software drivers take other short cuts in exp, tanh and the like than processors do. */
const OP_TOLERANCE = 2e-5;

export type DeviceChecks = Readonly<Record<string, (device: Device) => Promise<void>>>;

/** What is checked on WebGPU, by name. */
export async function loadWebgpuChecks(): Promise<DeviceChecks> {
  const ops = [...(await loadOpExamples())].map(
    ([op, examples]) =>
      [
        `${op}: webgpu agrees with the reference`,
        (device: Device) => checkDevice(device, examples, OP_TOLERANCE),
      ] as const,
  );
  return {
    ...deviceContract,
    ...onnxDeviceContract,
    ...residenceChecks,
    'training steps end where they do on the reference': (device) => checkTraining(device, adam()),
    'steps of an autoencoder end where they do on the reference': (device) =>
      checkAutoencoderTraining(new ReferenceDevice(), device),
    'a step of a DeiT-tiny ends where it does on the reference': checkDeitStep,
    'latent steps end where they do on the reference': checkLatentSteps,
    'half precision is there, or its absence is said': checkHalfPrecision,
    ...Object.fromEntries(ops),
  };
}
