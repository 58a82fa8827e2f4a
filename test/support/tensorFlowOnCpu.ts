import * as tensorflow from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';

import { TensorFlowDevice } from '../../src/engine/devices/tensorFlowDevice.ts';
import type { TensorFlow } from '../../src/engine/tensorflow/tensorFlowContext.ts';

// The backend in plain JavaScript, which prints advice to use the native one unless it is told otherwise.
tensorflow.enableProdMode();
await tensorflow.setBackend('cpu');

/** TensorFlow.js on its own CPU backend. */
export const tensorFlowOnCpu: TensorFlow = tensorflow;

/** The device on that backend, whose kernels take images in either layout. */
export function tensorFlowDevice(layout: 'NCHW' | 'NHWC'): TensorFlowDevice {
  const description = 'TensorFlow.js, JavaScript';
  return new TensorFlowDevice({ tf: tensorFlowOnCpu, layout, description, hasGpu: false });
}
