import type { InferenceSession } from 'onnxruntime-node';
import type { ProviderName } from '../../onnx/emitter.ts';
import { executionProviders } from './providerOptions.ts';

export interface OnnxRuntimeOptions {
  /** Threads within an operation (CPU provider). The same number gives the same bytes. */
  readonly threads?: number;
}

/**
 * How a session of a device is made.
 *
 * @param outputs where its results are left. Only the WebGPU provider has buffers that stay: the Node.js binding (1.30)
 *   copies what other providers make to the host.
 */
export function sessionOptions(
  name: ProviderName,
  outputs: 'cpu' | 'gpu-buffer',
  { threads = 0 }: OnnxRuntimeOptions,
): InferenceSession.SessionOptions {
  return {
    executionProviders: executionProviders(name),
    graphOptimizationLevel: 'all',
    // One block planned for all intermediate results of a training step is a third larger than what they need.
    enableMemPattern: false,
    // Nothing but what ends the process: errors are thrown as well, and each constant folded away is worth a warning.
    logSeverityLevel: 4,
    // Vanishing gradients and moments become denormal numbers, which the processor handles 100x slower.
    // Waiting threads spin while a program runs, and not between programs, which would starve the next one's.
    extra: { session: { set_denormal_as_zero: '1', force_spinning_stop: '1' } },
    ...(threads > 0 ? { intraOpNumThreads: threads } : {}),
    ...(outputs === 'gpu-buffer' ? { preferredOutputLocation: 'gpu-buffer' as const } : {}),
  };
}
