import type { Value } from '../engine/graph.ts';
import { add } from '../engine/ops/add.ts';
import { batchNormAffine, batchNormTraining } from '../engine/ops/batchNorm.ts';
import { conv2d, convTranspose2d } from '../engine/ops/convolution.ts';
import { linear } from '../engine/ops/linear.ts';
import { mul } from '../engine/ops/mul.ts';
import { reshape } from '../engine/ops/reshape.ts';
import { constantInitializer, fanInUniform } from './initializers.ts';
import type { ModelScope } from './modelScope.ts';

/** PyTorch's defaults of BatchNorm2d. */
const BATCH_NORM_EPS = 1e-5;
const BATCH_NORM_MOMENTUM = 0.1;

export interface ConvOptions {
  readonly outChannels: number;
  readonly kernelSize: number;
  readonly stride?: number;
  readonly padding?: number;
}

/** `name.weight` `[O, C, K, K]` and `name.bias` `[O]`: `[N, C, H, W]` to `[N, O, H', W']`. */
export function convLayer(scope: ModelScope, name: string, x: Value, options: ConvOptions): Value {
  const weight = convWeight(scope, name, x, options);
  const initializer = fanInUniform(x.shape[1] * options.kernelSize ** 2);
  const bias = scope.parameter(`${name}.bias`, [options.outChannels], initializer);
  return conv2d(x, weight, bias, options);
}

/** Transposed convolution: `name.weight` `[C, O, K, K]` and `name.bias` `[O]`. */
export function convTransposeLayer(scope: ModelScope, name: string, x: Value, options: ConvOptions): Value {
  const { outChannels, kernelSize } = options;
  // PyTorch counts a transposed convolution's fan-in over its output channels.
  const initializer = fanInUniform(outChannels * kernelSize ** 2);
  const weight = scope.parameter(
    `${name}.weight`,
    [x.shape[1], outChannels, kernelSize, kernelSize],
    initializer,
  );
  return convTranspose2d(x, weight, scope.parameter(`${name}.bias`, [outChannels], initializer), options);
}

/** `name.weight` `[O, I]` and `name.bias` `[O]`: `[..., I]` to `[..., O]`. */
export function linearLayer(scope: ModelScope, name: string, x: Value, outFeatures: number): Value {
  const inFeatures = x.shape.at(-1)!;
  const initializer = fanInUniform(inFeatures);
  const weight = scope.parameter(`${name}.weight`, [outFeatures, inFeatures], initializer);
  return linear(x, weight, scope.parameter(`${name}.bias`, [outFeatures], initializer));
}

/**
 * A convolution without bias, followed by batch normalisation.
 *
 * In training mode the batch's statistics normalise, and move the running ones by momentum 0.1 (the variance as
 * PyTorch's unbiased one). In inference mode the running ones do, folded into the convolution's weights and bias.
 */
export function convBatchNormLayer(
  scope: ModelScope,
  name: string,
  normName: string,
  x: Value,
  options: ConvOptions,
): Value {
  const weight = convWeight(scope, name, x, options);
  const channels = [options.outChannels];
  const scale = scope.parameter(`${normName}.weight`, channels, constantInitializer(1));
  const bias = scope.parameter(`${normName}.bias`, channels, constantInitializer(0));
  const mean = scope.buffer(`${normName}.running_mean`, channels, constantInitializer(0));
  const variance = scope.buffer(`${normName}.running_var`, channels, constantInitializer(1));

  if (scope.mode === 'inference') {
    const affine = batchNormAffine({ scale, bias, mean, variance }, BATCH_NORM_EPS);
    return conv2d(
      x,
      mul(weight, reshape(affine.scale, [options.outChannels, 1, 1, 1])),
      affine.shift,
      options,
    );
  }
  const convolved = conv2d(x, weight, undefined, options);
  const normalized = batchNormTraining(convolved, scale, bias, BATCH_NORM_EPS);
  const [n, , h, w] = convolved.shape as readonly [number, number, number, number];
  const count = n * h * w;
  const move = (running: Value, batch: Value): Value =>
    add(mul(running, 1 - BATCH_NORM_MOMENTUM), mul(batch, BATCH_NORM_MOMENTUM));
  scope.bufferUpdates.set(`${normName}.running_mean`, move(mean, normalized.mean));
  scope.bufferUpdates.set(
    `${normName}.running_var`,
    move(variance, mul(normalized.variance, count / Math.max(1, count - 1))),
  );
  return normalized.output;
}

function convWeight(
  scope: ModelScope,
  name: string,
  x: Value,
  { outChannels, kernelSize }: ConvOptions,
): Value {
  const inChannels = x.shape[1];
  const initializer = fanInUniform(inChannels * kernelSize ** 2);
  return scope.parameter(`${name}.weight`, [outChannels, inChannels, kernelSize, kernelSize], initializer);
}
