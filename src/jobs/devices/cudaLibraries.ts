import { existsSync } from 'node:fs';
import { copyFile, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { errnoOf, renameIntoPlace } from '../../data/safeWrite.ts';
import { TsyndError } from '../../protocol/errors.ts';
import { ownFolders } from './ownFolders.ts';
import { ONNX_RUNTIME_VERSION } from './platformDevices.ts';

/** What ONNX Runtime's own install script fetches for CUDA, of which the third is for TensorRT, which is not used. */
export const CUDA_LIBRARIES = [
  'libonnxruntime_providers_shared.so',
  'libonnxruntime_providers_cuda.so',
] as const;

/** Where native libraries lie in ONNX Runtime's package. */
const RUNTIME = path.join('bin/napi-v6', process.platform, process.arch);

/** The folder that CUDA libraries are installed into; another version of ONNX Runtime needs others. */
export function cudaFolder(): string {
  return path.join(ownFolders().data, `cuda-${ONNX_RUNTIME_VERSION}`);
}

/** The folder of native libraries in a copy of ONNX Runtime's package. */
export function librariesOf(packageFolder: string): string {
  return path.join(packageFolder, RUNTIME);
}

/** The version of ONNX Runtime whose CUDA libraries are there, installed by us or beside its own; else undefined. */
export function installedCuda(): string | undefined {
  return [runtimeFolder(), cudaFolder()].some(hasAll) ? ONNX_RUNTIME_VERSION : undefined;
}

/**
 * Makes the installed CUDA libraries known to ONNX Runtime, which looks for them in the folder of its own library and
 * nowhere else (`Env::GetRuntimePath` in its provider bridge). A link does: they are found again after an update of
 * this program, whose package comes without them. Nothing is done where they lie there already or are not installed.
 *
 * Throws TsyndError 'device/unavailable' where the folder cannot be written.
 */
export async function linkCudaLibraries(to = runtimeFolder(), from = cudaFolder()): Promise<void> {
  if (hasAll(to) || !hasAll(from)) return;
  for (const name of CUDA_LIBRARIES) {
    const [target, link] = [path.join(from, name), path.join(to, name)];
    const part = `${link}.part-${process.pid}`;
    try {
      // A link to what has been removed since is in the way, too.
      await rm(part, { force: true });
      await symlink(target, part).catch(() => copyFile(target, part));
      await renameIntoPlace(part, link);
    } catch (error) {
      const because = errnoOf(error) ?? 'it failed';
      throw new TsyndError('device/unavailable', `CUDA libraries cannot be linked into ${to} (${because}).`, {
        remedy: 'Make that folder writable, or choose another device.',
        cause: error,
      });
    }
  }
}

function hasAll(folder: string): boolean {
  return CUDA_LIBRARIES.every((name) => existsSync(path.join(folder, name)));
}

/** The folder of the native libraries of the ONNX Runtime that this program loads. */
function runtimeFolder(): string {
  const main = createRequire(import.meta.url).resolve('onnxruntime-node');
  return librariesOf(path.resolve(path.dirname(main), '..'));
}
