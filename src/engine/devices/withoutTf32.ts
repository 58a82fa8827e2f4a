/** Heeded by all of NVIDIA's libraries that are loaded after it is set. */
const VARIABLE = 'NVIDIA_TF32_OVERRIDE';

/**
 * Makes float32 mean float32 on NVIDIA's cards. Since Ampere their libraries round the factors of products to TF32's 10
 * bits where they may; neither ONNX Runtime's binding for Node.js nor TensorFlow.js offers a switch. A training step
 * is then off by some thousandths, which the self-test refuses. What a person has set stays.
 */
export function withoutTf32(): void {
  process.env[VARIABLE] ??= '0';
}

/** Whether a person has let products be rounded. */
export function allowsTf32(environment: Readonly<Record<string, string | undefined>> = process.env): boolean {
  return environment[VARIABLE] !== undefined && environment[VARIABLE] !== '0';
}
