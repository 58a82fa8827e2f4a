import { createRequire } from 'node:module';
import path from 'node:path';
import { withoutTf32 } from '../devices/withoutTf32.ts';
import { DeviceError } from '../errors.ts';
import { defineRemovedUtilities } from './defineRemovedUtilities.ts';
import type { TensorFlow, TensorFlowContext } from './tensorFlowContext.ts';

export const TENSORFLOW_PACKAGE = '@tensorflow/tfjs-node-gpu';

/** The version that the lowering was made for; its kernels and their attributes differ from version to version. */
export const TENSORFLOW_VERSION = '4.22.0';

/** What its native library, libtensorflow 2.9.1, was built for. */
const CUDA = 'CUDA 11.2 and cuDNN 8.1';

export interface LoadedTensorFlow extends TensorFlowContext {
  /** Hardware and library in words. */
  readonly description: string;
  readonly hasGpu: boolean;
}

/**
 * Loads TensorFlow.js with its native library.
 *
 * @param folder the folder whose `node_modules` holds the package
 * @returns layout `NCHW` where TensorFlow has a GPU, whose kernels are made for it; those of its CPU lack it
 *
 * Throws DeviceError that says what is missing: the package, the version that we know, its native library, or CUDA.
 */
export async function loadTensorFlow(folder: string): Promise<LoadedTensorFlow> {
  const load = createRequire(path.join(folder, 'package.json'));
  checkVersion(load, folder);
  defineRemovedUtilities();
  setDefaults();
  const tf = requireTensorFlow(load);
  // Or it prints advice.
  tf.enableProdMode();
  await tf.ready();
  const backend = tf.getBackend();
  if (backend !== 'tensorflow') {
    throw new DeviceError(
      `TensorFlow.js started with the backend '${backend}', without its native library. Install it again.`,
    );
  }
  const hasGpu = usesGpu(tf);
  const library = `TensorFlow.js ${TENSORFLOW_VERSION}`;
  return {
    tf,
    hasGpu,
    layout: hasGpu ? 'NCHW' : 'NHWC',
    description: hasGpu ? `${library}, CUDA` : `${library}, CPU: it finds no GPU (it needs ${CUDA})`,
  };
}

function checkVersion(load: NodeJS.Require, folder: string): void {
  let version: unknown;
  try {
    ({ version } = load(`${TENSORFLOW_PACKAGE}/package.json`) as { readonly version?: unknown });
  } catch (error) {
    throw new DeviceError(`TensorFlow.js (${TENSORFLOW_PACKAGE}) is not installed in ${folder}.`, {
      cause: error,
    });
  }
  if (version !== TENSORFLOW_VERSION) {
    throw new DeviceError(
      `TensorFlow.js in ${folder} is of version ${String(version)}; only ${TENSORFLOW_VERSION} is supported.`,
    );
  }
}

/** What TensorFlow reads from the environment when its library is loaded; what a person has set stays. */
function setDefaults(): void {
  // Errors only; else it tells of every library and device that it finds.
  process.env.TF_CPP_MIN_LOG_LEVEL ??= '2';
  withoutTf32();
  // The same seed gives the same bytes: kernels whose sums depend on the order in which threads come are ruled out.
  process.env.TF_DETERMINISTIC_OPS ??= '1';
  // Memory is taken as it is needed: other programs, and our own other process, use the same GPU.
  process.env.TF_FORCE_GPU_ALLOW_GROWTH ??= 'true';
}

function requireTensorFlow(load: NodeJS.Require): TensorFlow {
  try {
    return load(TENSORFLOW_PACKAGE) as TensorFlow;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new DeviceError(whyNotLoaded(message), { cause: error });
  }
}

/** What a failure of its native library means. The package looks for its addon first, which then links the rest. */
function whyNotLoaded(message: string): string {
  if (/native addon module|tfjs_binding|libtensorflow/i.test(message)) {
    return (
      'TensorFlow.js has no native library: its install script, which downloads it, did not run or failed. ' +
      `Install it again, with scripts allowed. (${firstLine(message)})`
    );
  }
  if (/cuda|cudnn|cublas|cusolver|cusparse|cufft|nvinfer/i.test(message)) {
    return `TensorFlow.js needs ${CUDA}, which do not load: ${firstLine(message)}`;
  }
  return `TensorFlow.js does not load: ${firstLine(message)}`;
}

function firstLine(message: string): string {
  return message.split('\n', 1)[0].trim();
}

/** Its backend for Node has a flag for it, which no type tells of. */
function usesGpu(tf: TensorFlow): boolean {
  const backend: object = tf.backend();
  return 'isUsingGpuDevice' in backend && backend.isUsingGpuDevice === true;
}
