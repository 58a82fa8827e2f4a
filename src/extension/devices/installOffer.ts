import type { Installable } from '../../protocol/devices.ts';

/** What a person is told before anything is fetched. */
export interface InstallOffer {
  /** Of what is installed, as in "Installing TensorFlow". */
  readonly name: string;
  readonly question: string;
  /** What is fetched from where, how large it is, and what the machine has to have. */
  readonly detail: string;
  /** What it is made for, in words. */
  readonly platforms: string;
}

/**
 * Sizes are rough, since archives differ by platform. `@tensorflow/tfjs-node-gpu` 4.22 fetches libtensorflow 2.9.1 and a
 * binding for Node from storage.googleapis.com in its install script; TensorFlow's own table of tested builds has CUDA
 * 11.2 and cuDNN 8.1 beside 2.9. The install script of `onnxruntime-node` fetches NuGet's package of the same version,
 * which is built for CUDA 12 and cuDNN 9.
 */
const OFFERS: Readonly<Record<Installable, InstallOffer>> = {
  tensorflow: {
    name: 'TensorFlow',
    question: 'Install the CUDA backend (TensorFlow)?',
    detail: [
      'npm fetches @tensorflow/tfjs-node-gpu from the npm registry, and the install scripts of that package fetch',
      'libtensorflow from storage.googleapis.com: about 500 MB in all, more when unpacked.',
      'It is kept in a folder of TSynD, for all workspaces; nothing else on this machine is changed.\n\nTo compute with it,',
      'this machine needs an NVIDIA graphics card, its driver, CUDA 11.2 and cuDNN 8.1.',
    ].join(' '),
    platforms: 'Linux and Windows on x64 processors',
  },
  cuda: {
    name: 'CUDA for ONNX Runtime',
    question: 'Install the CUDA libraries of ONNX Runtime?',
    detail: [
      'npm fetches onnxruntime-node from the npm registry, and its install script fetches the CUDA libraries from',
      'api.nuget.org: several hundred MB in all.',
      'They are kept in a folder of TSynD, for all workspaces.\n\nTo compute with them,',
      'this machine needs an NVIDIA graphics card, its driver, CUDA 12 and cuDNN 9.',
    ].join(' '),
    platforms: 'Linux on x64 processors',
  },
};

export function installOffer(what: Installable): InstallOffer {
  return OFFERS[what];
}

/**
 * Whether there are libraries for a platform, by its names in Node. TensorFlow's are built for Linux and Windows on x64;
 * ONNX Runtime's script knows CUDA's on Linux on x64 alone.
 */
export function canInstall(what: Installable, platform: string, architecture: string): boolean {
  const platforms = what === 'tensorflow' ? ['linux', 'win32'] : ['linux'];
  return architecture === 'x64' && platforms.includes(platform);
}
