import type { InferenceSession } from 'onnxruntime-node';
import type { ProviderName } from '../../onnx/emitter.ts';
import { allowsTf32 } from '../withoutTf32.ts';

/**
 * CoreML's flags (coreml_provider_factory.h of ONNX Runtime): shapes are known to us, and the older NeuralNetwork format
 * lacks many operators; CPU and GPU only, since the neural engine computes in half precision.
 */
const COREML_STATIC_SHAPES = 0x08;
const COREML_MLPROGRAM = 0x10;
const COREML_CPU_AND_GPU = 0x20;

/**
 * The provider with its own options. What it has no kernel for runs on the processor, which ONNX Runtime adds by itself.
 *
 * WebGPU: the adapter cannot be chosen from Node.js. The binding (1.30) refuses `powerPreference` and `deviceId`, and
 * the provider asks for the adapter with high performance by itself. Validation is said outright, because without it
 * an error of the driver ends the process.
 *
 * CUDA and DirectML: the binding hands on nothing but the number of the graphics card
 * (js/node/src/session_options_helper.cc, 1.30), so that the rest is as the provider has it: on CUDA an exhaustive search
 * for convolution algorithms at each new shape, copies on the stream that computes, as Loop demands, and TF32, see
 * `withoutTf32`. DirectML allows neither memory patterns nor parallel execution; sessions ask for neither.
 */
export function executionProviders(name: ProviderName): InferenceSession.ExecutionProviderConfig[] {
  if (name === 'webgpu') return [{ name, validationMode: 'basic' }];
  if (name === 'coreml')
    return [{ name, coreMlFlags: COREML_STATIC_SHAPES | COREML_MLPROGRAM | COREML_CPU_AND_GPU }];
  return [name];
}

/** What a run's record should say of how the provider computes; `''` where there is nothing. */
export function providerNote(
  name: ProviderName,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): string {
  return name === 'cuda' && allowsTf32(environment) ? ', TF32' : '';
}
