import type { DeviceName, DeviceReport } from '../../protocol/devices.ts';
import { installedCuda } from './cudaLibraries.ts';
import { describeDevice } from './platformDevices.ts';
import { tensorFlowFolder } from './tensorFlowFolder.ts';
import { vulkanDrivers } from './vulkanDrivers.ts';

/**
 * What to do about a device that is not there or fails. ONNX Runtime 1.30 for CUDA 12 needs cuDNN 9; TensorFlow 2.9.1,
 * which tfjs-node-gpu 4.22 fetches, was built with CUDA 11.2 and cuDNN 8.1 (TensorFlow's table of tested builds).
 */
const REMEDIES: Readonly<Record<DeviceName, string>> = {
  cpu: 'Please report this, with the processor and the system.',
  webgpu:
    process.platform === 'linux'
      ? "Install the graphics card's Vulkan driver and the Vulkan loader (Debian: libvulkan1)."
      : "Update the graphics card's driver.",
  cuda: 'It needs an NVIDIA card and driver, CUDA 12 and cuDNN 9 (their libraries in LD_LIBRARY_PATH).',
  dml: "Update the graphics card's driver.",
  coreml: 'Update macOS.',
  tensorflow: 'It needs an NVIDIA card and driver, CUDA 11.2 and cuDNN 8.1.',
};

const INSTALL_WORDS: Readonly<Record<'cuda' | 'tensorflow', string>> = {
  cuda: "Fetch it: on the command line tsynd devices --install cuda, in VS Code 'TSynD: Show Compute Devices'.",
  tensorflow:
    "Fetch it: on the command line tsynd devices --install tensorflow, in VS Code 'TSynD: Install CUDA Backend (TensorFlow)'.",
};

export function remedyFor(name: DeviceName): string {
  return REMEDIES[name];
}

/** The report of a device of which it is known without starting it that it is not there; undefined otherwise. */
export function whyAbsent(name: DeviceName): DeviceReport | undefined {
  const absent = { name, description: describeDevice(name), isAvailable: false } as const;
  if (name === 'webgpu' && process.platform === 'linux' && vulkanDrivers().length === 0) {
    // Started without a driver, its libraries write warnings that nobody can use.
    return { ...absent, problem: 'no Vulkan driver is installed.', remedy: remedyFor(name) };
  }
  if ((name === 'cuda' && !installedCuda()) || (name === 'tensorflow' && tensorFlowFolder() === undefined)) {
    const what = name === 'cuda' ? "ONNX Runtime's libraries for CUDA are" : 'TensorFlow is';
    return {
      ...absent,
      problem: `${what} not installed.`,
      remedy: `${INSTALL_WORDS[name]} ${remedyFor(name)}`,
      install: name,
    };
  }
  return undefined;
}
