import { existsSync } from 'node:fs';
import { mkdir, rename } from 'node:fs/promises';
import path from 'node:path';
import type { InstallProgress } from '../../protocol/devices.ts';
import { TsyndError } from '../../protocol/errors.ts';
import { CUDA_LIBRARIES, cudaFolder, librariesOf, linkCudaLibraries } from './cudaLibraries.ts';
import { installPackage } from './installPackage.ts';
import type { InstallOptions } from './installTensorFlow.ts';
import { nvidiaDriver } from './nvidiaDriver.ts';
import { ONNX_RUNTIME_VERSION } from './platformDevices.ts';
import { remedyFor } from './whyAbsent.ts';

const PACKAGE = 'onnxruntime-node';

/**
 * Installs ONNX Runtime's libraries for CUDA into a folder of ours: npm fetches another copy of the package, this time
 * with its install script, which fetches the libraries (some 300 MB) from nuget.org; the libraries are kept and linked
 * beside ONNX Runtime's own. The package that this program came with is not written to but for the links, and need not
 * have the script.
 *
 * Throws TsyndError 'install/failed' or 'cancelled'.
 */
export async function* installCuda({
  signal,
  spec = `${PACKAGE}@${ONNX_RUNTIME_VERSION}`,
}: InstallOptions = {}): AsyncGenerator<InstallProgress, void> {
  if ((await nvidiaDriver()) === undefined)
    yield { message: `No NVIDIA driver was found on this machine. ${remedyFor('cuda')}` };
  yield* installPackage({
    name: PACKAGE,
    spec,
    folder: cudaFolder(),
    // Read by the script: what is to be fetched, as its own documentation names it.
    environment: { ONNXRUNTIME_NODE_INSTALL: 'cuda12' },
    signal,
    accept: keepLibraries,
  });
  await linkCudaLibraries();
  yield { message: "ONNX Runtime's libraries for CUDA are installed." };
}

/** Moves the libraries out of the package, the rest of which is there already. */
async function keepLibraries(installed: string): Promise<string> {
  const from = librariesOf(path.join(installed, 'node_modules', PACKAGE));
  const missing = CUDA_LIBRARIES.find((name) => !existsSync(path.join(from, name)));
  if (missing !== undefined) {
    throw new TsyndError('install/failed', `The install script of ${PACKAGE} did not fetch ${missing}.`, {
      remedy:
        "Check that npm may run install scripts ('npm config get ignore-scripts'). What was there before is unchanged.",
    });
  }
  const kept = path.join(installed, 'libraries');
  await mkdir(kept);
  for (const name of CUDA_LIBRARIES) await rename(path.join(from, name), path.join(kept, name));
  return kept;
}
