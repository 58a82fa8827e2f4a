import { mkdir, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { TENSORFLOW_PACKAGE, TENSORFLOW_VERSION } from '../../src/engine/tensorflow/loadTensorFlow.ts';

const { resolve } = createRequire(import.meta.url);

/** A package of that name whose backend is TensorFlow.js's in JavaScript, and has the flag of the native one. */
export const standIn = (isUsingGpuDevice: boolean): string => `
  const util = require('util');
  if (!util.isArray([]) || util.isArray({}) || util.isNullOrUndefined(0)) throw new Error('util');
  if (!util.isNullOrUndefined(null) || !util.isNullOrUndefined(undefined)) throw new Error('util');
  const tf = require(${JSON.stringify(resolve('@tensorflow/tfjs-core'))});
  const { MathBackendCPU } = require(${JSON.stringify(resolve('@tensorflow/tfjs-backend-cpu'))});
  if (tf.findBackendFactory('tensorflow')) tf.removeBackend('tensorflow');
  tf.registerBackend('tensorflow', () =>
    Object.assign(new MathBackendCPU(), { isUsingGpuDevice: ${isUsingGpuDevice} }));
  for (const kernel of tf.getKernelsForBackend('cpu')) {
    if (!tf.getKernel(kernel.kernelName, 'tensorflow')) tf.registerKernel({ ...kernel, backendName: 'tensorflow' });
  }
  if (!tf.setBackend('tensorflow')) throw new Error('backend');
  module.exports = tf;
`;

/** Puts a package of TensorFlow.js's name into the folder, and returns the folder. */
export async function installStandIn(
  folder: string,
  { version = TENSORFLOW_VERSION, main }: { readonly version?: string; readonly main: string },
): Promise<string> {
  const own = path.join(folder, 'node_modules', TENSORFLOW_PACKAGE);
  await mkdir(own, { recursive: true });
  await writeFile(
    path.join(own, 'package.json'),
    JSON.stringify({ name: TENSORFLOW_PACKAGE, version, main: 'index.cjs' }),
  );
  await writeFile(path.join(own, 'index.cjs'), main);
  return folder;
}
