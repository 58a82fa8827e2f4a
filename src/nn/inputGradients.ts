import type { CompileOptions, Device } from '../engine/devices/device.ts';
import { gradientsOf } from '../engine/gradient.ts';
import type { Value } from '../engine/graph.ts';
import { inSinglePrecision } from '../engine/ops/inSinglePrecision.ts';
import { mul } from '../engine/ops/mul.ts';

/**
 * Of objectives that are optimised by latents or pixels, where no state could follow a scale that changes. Gradients of
 * an uncertainty (at most the logarithm of the number of classes) reach 1e-7 and less; times 2^10 these are not yet lost,
 * and those of 60 do not overflow.
 */
const HALF_PRECISION_SCALE = 2 ** 10;

/** What {@link inputGradients} is to scale by in programs that are compiled with these options. */
export function gradientScaleOf(device: Device, options: CompileOptions = {}): number {
  return (options.precision ?? device.precision) === 'float16' ? HALF_PRECISION_SCALE : 1;
}

/**
 * d objective / d inputs by way of the scaled objective, scaled back in single precision.
 *
 * @param objective shape `[]`
 * @param scale a power of two, so that it changes no digit; 1 in single precision
 */
export function inputGradients(objective: Value, inputs: readonly Value[], scale: number): Value[] {
  if (scale === 1) return gradientsOf(objective, inputs);
  return gradientsOf(mul(objective, scale), inputs).map((gradient) =>
    mul(inSinglePrecision(gradient), 1 / scale),
  );
}
