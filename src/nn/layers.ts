import type { Value } from '../engine/graph.ts';
import { add } from '../engine/ops/add.ts';
import { batchNormAffine, batchNormInference, batchNormTraining } from '../engine/ops/batchNorm.ts';
import { conv2d, convTranspose2d } from '../engine/ops/convolution.ts';
import { layerNorm } from '../engine/ops/layerNorm.ts';
import { linear } from '../engine/ops/linear.ts';
import { mul } from '../engine/ops/mul.ts';
import { reshape } from '../engine/ops/reshape.ts';
import { constantInitializer, fanInUniform, type Initializer } from './initializers.ts';
import type { ModelScope } from './modelScope.ts';

/** PyTorch's defaults of BatchNorm2d. */
const BATCH_NORM_EPS = 1e-5;
const BATCH_NORM_MOMENTUM = 0.1;

export interface ConvOptions {
  readonly outChannels: number;
  readonly kernelSize: number;
  readonly stride?: number;
  readonly padding?: number;
  /** Of the weight; PyTorch's default when absent. */
  readonly initializer?: Initializer;
}

/** First values of a linear layer, where they are not PyTorch's default. */
export interface LinearInitializers {
  readonly weight?: Initializer;
  readonly bias?: Initializer;
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
export function linearLayer(
  scope: ModelScope,
  name: string,
  x: Value,
  outFeatures: number,
  initializers: LinearInitializers = {},
): Value {
  const inFeatures = x.shape.at(-1)!;
  const { weight = fanInUniform(inFeatures), bias = fanInUniform(inFeatures) } = initializers;
  return linear(
    x,
    scope.parameter(`${name}.weight`, [outFeatures, inFeatures], weight),
    scope.parameter(`${name}.bias`, [outFeatures], bias),
  );
}

/** Layer normalisation over the last axis of `[..., D]`: `name.weight` and `name.bias` `[D]`. */
export function layerNormLayer(scope: ModelScope, name: string, x: Value, eps: number): Value {
  const features = [x.shape.at(-1)!];
  const scale = scope.parameter(`${name}.weight`, features, constantInitializer(1));
  return layerNorm(x, scale, scope.parameter(`${name}.bias`, features, constantInitializer(0)), eps);
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
  const norm = batchNormTensors(scope, normName, options.outChannels);
  if (scope.mode === 'training') {
    return trainBatchNorm(scope, normName, conv2d(x, weight, undefined, options), norm);
  }
  const affine = batchNormAffine(norm, BATCH_NORM_EPS);
  const folded = mul(weight, reshape(affine.scale, [options.outChannels, 1, 1, 1]));
  return conv2d(x, folded, affine.shift, options);
}

/** A convolution without bias or normalisation: `name.weight` `[O, C, K, K]`. */
export function plainConvLayer(scope: ModelScope, name: string, x: Value, options: ConvOptions): Value {
  return conv2d(x, convWeight(scope, name, x, options), undefined, options);
}

/**
 * Batch normalisation of `[N, C, H, W]` where no convolution stands before it that it could be folded into; see
 * `convBatchNormLayer` for both modes.
 */
export function batchNormLayer(scope: ModelScope, name: string, x: Value): Value {
  const norm = batchNormTensors(scope, name, x.shape[1]);
  return scope.mode === 'training'
    ? trainBatchNorm(scope, name, x, norm)
    : batchNormInference(x, norm, BATCH_NORM_EPS);
}

type BatchNormTensors = Parameters<typeof batchNormInference>[1];

/** `name.weight` and `name.bias`, and the running statistics, all `[C]`. */
function batchNormTensors(scope: ModelScope, name: string, numChannels: number): BatchNormTensors {
  const channels = [numChannels];
  return {
    scale: scope.parameter(`${name}.weight`, channels, constantInitializer(1)),
    bias: scope.parameter(`${name}.bias`, channels, constantInitializer(0)),
    mean: scope.buffer(`${name}.running_mean`, channels, constantInitializer(0)),
    variance: scope.buffer(`${name}.running_var`, channels, constantInitializer(1)),
  };
}

function trainBatchNorm(
  scope: ModelScope,
  name: string,
  x: Value,
  { scale, bias, mean, variance }: BatchNormTensors,
): Value {
  const normalized = batchNormTraining(x, scale, bias, BATCH_NORM_EPS);
  const [n, , h, w] = x.shape as readonly [number, number, number, number];
  const count = n * h * w;
  const move = (running: Value, batch: Value): Value =>
    add(mul(running, 1 - BATCH_NORM_MOMENTUM), mul(batch, BATCH_NORM_MOMENTUM));
  scope.bufferUpdates.set(`${name}.running_mean`, move(mean, normalized.mean));
  scope.bufferUpdates.set(
    `${name}.running_var`,
    move(variance, mul(normalized.variance, count / Math.max(1, count - 1))),
  );
  return normalized.output;
}

function convWeight(
  scope: ModelScope,
  name: string,
  x: Value,
  { outChannels, kernelSize, initializer = fanInUniform(x.shape[1] * kernelSize ** 2) }: ConvOptions,
): Value {
  const inChannels = x.shape[1];
  return scope.parameter(`${name}.weight`, [outChannels, inChannels, kernelSize, kernelSize], initializer);
}
