import type { DeviceSurvey } from '../../../src/protocol/devices.ts';

/** A machine with a processor and a graphics card that work, one driver too few, and a backend that can be installed. */
export function exampleSurvey(change: Partial<DeviceSurvey> = {}): DeviceSurvey {
  return {
    devices: [
      {
        name: 'cpu',
        description: 'ONNX Runtime 1.30.0, 8 threads',
        isAvailable: true,
        error: 2.34e-7,
        stepMs: 81.4,
      },
      {
        name: 'webgpu',
        description: 'ONNX Runtime 1.30.0, WebGPU',
        isAvailable: true,
        error: 1e-6,
        stepMs: 7.62,
      },
      {
        name: 'cuda',
        description: 'ONNX Runtime 1.30.0, CUDA',
        isAvailable: false,
        problem: 'its process ended with SIGABRT: no driver.',
        remedy: 'Install the driver.',
      },
      {
        name: 'tensorflow',
        description: 'TensorFlow.js 4.22.0',
        isAvailable: false,
        problem: 'TensorFlow is not installed.',
        remedy: 'Fetch it.',
        install: 'tensorflow',
      },
    ],
    chosen: 'webgpu',
    reason: 'webgpu is the fastest: a training step in 7.6 ms, on cpu in 81 ms.',
    measuredAt: '2026-11-21T10:00:00.000Z',
    ...change,
  };
}
