import type { Device } from '../../engine/devices/device.ts';
import { OnnxRuntimeDevice } from '../../engine/devices/onnxRuntimeDevice.ts';
import { TensorFlowDevice } from '../../engine/devices/tensorFlowDevice.ts';
import { DeviceError } from '../../engine/errors.ts';
import { loadTensorFlow } from '../../engine/tensorflow/loadTensorFlow.ts';
import type { DeviceName } from '../../protocol/devices.ts';
import { linkCudaLibraries } from './cudaLibraries.ts';
import { tensorFlowFolder } from './tensorFlowFolder.ts';

export interface DeviceOptions {
  /** Of the CPU device. */
  readonly threads: number;
  /** Where TensorFlow.js is; found where it was installed when absent. */
  readonly tensorFlow?: string | undefined;
}

/** Makes a device without trying it. Throws DeviceError or TsyndError 'device/unavailable' where it has not all it needs. */
export async function makeDevice(name: DeviceName, { threads, tensorFlow }: DeviceOptions): Promise<Device> {
  if (name === 'tensorflow') {
    const folder = tensorFlow ?? tensorFlowFolder();
    if (folder === undefined) throw new DeviceError('TensorFlow is not installed.');
    return new TensorFlowDevice(await loadTensorFlow(folder));
  }
  if (name === 'cuda') await linkCudaLibraries();
  return new OnnxRuntimeDevice(name, name === 'cpu' ? { threads } : {});
}
