import packageJson from '../../../package.json' with { type: 'json' };
import { TENSORFLOW_VERSION } from '../../engine/tensorflow/loadTensorFlow.ts';
import { DEVICE_NAMES, type DeviceName } from '../../protocol/devices.ts';

/** A kind of machine, as Node names it. */
export interface Platform {
  readonly platform: string;
  readonly arch: string;
}

/** The pinned version. */
export const ONNX_RUNTIME_VERSION: string = packageJson.dependencies['onnxruntime-node'];

/**
 * Which kinds of machine can have a device. ONNX Runtime's packages for Node 1.30 hold WebGPU for all but Linux on ARM,
 * DirectML on Windows and Core ML on macOS; CUDA libraries are made for Linux on x64 alone (its README's table and
 * script/install-metadata.js). TensorFlow's library for GPUs is made for Linux and Windows on x64 (tfjs-node-gpu's
 * scripts/deps-constants.js).
 */
const HOMES: Readonly<
  Record<DeviceName, { readonly words: string; readonly has: (home: Platform) => boolean }>
> = {
  cpu: { words: 'every machine', has: () => true },
  webgpu: {
    words: 'Windows, macOS and Linux on x64',
    has: ({ platform, arch }) => platform !== 'linux' || arch === 'x64',
  },
  cuda: { words: 'Linux on x64', has: ({ platform, arch }) => platform === 'linux' && arch === 'x64' },
  dml: { words: 'Windows', has: ({ platform }) => platform === 'win32' },
  coreml: { words: 'macOS', has: ({ platform }) => platform === 'darwin' },
  tensorflow: {
    words: 'Linux and Windows on x64',
    has: ({ platform, arch }) => arch === 'x64' && (platform === 'linux' || platform === 'win32'),
  },
};

/** The devices that this kind of machine can have, in the order of `DEVICE_NAMES`. */
export function platformDevices(home: Platform = process): readonly DeviceName[] {
  return DEVICE_NAMES.filter((name) => HOMES[name].has(home));
}

/** Why this kind of machine cannot have a device, in one sentence; undefined where it can. */
export function whyNotOnPlatform(name: DeviceName, home: Platform = process): string | undefined {
  const { words, has } = HOMES[name];
  return has(home) ? undefined : `it is made for ${words}, and this is ${home.platform} on ${home.arch}.`;
}

const TITLES: Readonly<Record<Exclude<DeviceName, 'tensorflow'>, string>> = {
  cpu: 'CPU',
  webgpu: 'WebGPU',
  cuda: 'CUDA',
  dml: 'DirectML',
  coreml: 'CoreML',
};

/** A device that was not started, in words; one that was describes itself. */
export function describeDevice(name: DeviceName): string {
  return name === 'tensorflow'
    ? `TensorFlow.js ${TENSORFLOW_VERSION}`
    : `ONNX Runtime ${ONNX_RUNTIME_VERSION}, ${TITLES[name]}`;
}
