import type { Tensor } from '@tensorflow/tfjs-core';
import { ShapeError } from '../errors.ts';
import type { Value } from '../graph.ts';
import { applyAll, type Operation } from '../operation.ts';
import { floatTensor, sameShape } from '../tensor.ts';
import { add } from './add.ts';
import { emptyLike, requireFit } from './broadcasting.ts';
import { div } from './div.ts';
import { float } from '../onnx/emitter.ts';
import { mul } from './mul.ts';
import { neg } from './neg.ts';
import { reshape } from './reshape.ts';
import { sqrt } from './sqrt.ts';
import { sub } from './sub.ts';
import { sum } from './sum.ts';

const PER_CHANNEL = { axes: [0, 2, 3] };

const trainingOperation: Operation<{ readonly eps: number }> = {
  name: 'batchNormTraining',
  infer: (inputs) => {
    const [x, scale, bias] = inputs.map((input) => input.shape);
    if (x.length !== 4 || scale.length !== 1 || scale[0] !== x[1] || bias.length !== 1 || bias[0] !== x[1]) {
      throw new ShapeError('batchNormTraining', 'expected [N, C, H, W], [C] and [C]', [x, scale, bias]);
    }
    const statistics = { shape: scale, dtype: 'float32' } as const;
    return [inputs[0], statistics, statistics];
  },
  // With xhat = (x - mean) / s and s = sqrt(variance + eps):
  //   dx = scale/s * (dy - mean(dy) - xhat * mean(dy * xhat)) + dmean/M + dvariance * 2 (x - mean)/M,
  // written as a * dy + b * x + c with one a, b and c a channel, which takes the fewest passes over big tensors.
  differentiate: ({ attributes: { eps }, inputs: [x, scale], outputs }, [dy, dMean, dVariance]) => {
    const [, batchMean, variance] = outputs;
    const count = x.shape[0] * x.shape[2] * x.shape[3];
    const deviation = sqrt(add(variance, eps));
    const zero = x.graph.filled(scale.shape, 0);
    const gradient = dy ?? x.graph.filled(x.shape, 0);
    const biasGradient = sum(gradient, PER_CHANNEL);
    const scaleGradient = div(
      sub(sum(mul(gradient, x), PER_CHANNEL), mul(batchMean, biasGradient)),
      deviation,
    );
    return [
      () => {
        const a = div(scale, deviation);
        const throughVariance = mul(dVariance ?? zero, 2 / count);
        const b = sub(throughVariance, div(mul(div(a, deviation), scaleGradient), count));
        const throughMean = div(sub(dMean ?? zero, mul(a, biasGradient)), count);
        const c = sub(throughMean, mul(b, batchMean));
        const scaled = add(mul(gradient, perChannel(a)), mul(x, perChannel(b)));
        return add(scaled, perChannel(c));
      },
      () => scaleGradient,
      () => biasGradient,
    ];
  },
  toOnnx: (emitter, [x, scale, bias], { eps }, { inputs }) => {
    const channels = inputs[1].shape;
    const [n, , h, w] = inputs[0].shape;
    if (emitter.provider === 'cpu') {
      // With momentum 0 the "running" outputs are the batch's own statistics. They alias their inputs, which hence must
      // be this node's alone; and the runtime merges equal initialisers of up to 8 elements, hence unequal values.
      const unique = emitter.nodes.length;
      return emitter.nodeWithOutputs(
        'BatchNormalization',
        [
          x,
          scale,
          bias,
          emitter.initializer(floatTensor(channels, unique + 0.25)),
          emitter.initializer(floatTensor(channels, unique + 0.75)),
        ],
        { training_mode: 1, momentum: float(0), epsilon: float(eps) },
        3,
      );
    }
    // Other providers have no training mode: reduce first, then normalise with the inference form.
    const share = emitter.float(1 / (n * h * w));
    const meanOf = (name: string, keepdims: number): string =>
      emitter.node('Mul', [
        emitter.node('ReduceSum', [name, emitter.int64s([0, 2, 3])], { keepdims }),
        share,
      ]);
    const centred = emitter.node('Sub', [x, meanOf(x, 1)]);
    const batchMean = meanOf(x, 0);
    const variance = meanOf(emitter.node('Mul', [centred, centred]), 0);
    const normalized = emitter.node('BatchNormalization', [x, scale, bias, batchMean, variance], {
      epsilon: float(eps),
    });
    return [normalized, batchMean, variance];
  },
  toTensorFlow: ({ tf }, [x, scale, bias], { eps }) => {
    const stretched = (value: Tensor): Tensor => tf.reshape(value, [value.size, 1, 1]);
    const batchMean = tf.mean(x, PER_CHANNEL.axes);
    const centred = tf.sub(x, stretched(batchMean));
    const variance = tf.mean(tf.square(centred), PER_CHANNEL.axes);
    const factor = tf.div(scale, tf.sqrt(tf.add(variance, eps)));
    return [tf.add(tf.mul(centred, stretched(factor)), stretched(bias)), batchMean, variance];
  },
  evaluate: ([x, scale, bias], { eps }, outputs) => {
    const [y, means, variances] = outputs.map(emptyLike);
    const [n, channels, h, w] = x.shape;
    const area = h * w;
    const forEachOf = (channel: number, visit: (position: number) => void): void => {
      for (let image = 0; image < n; image++) {
        const start = (image * channels + channel) * area;
        for (let i = 0; i < area; i++) visit(start + i);
      }
    };
    for (let channel = 0; channel < channels; channel++) {
      let total = 0;
      forEachOf(channel, (i) => (total += x.data[i]));
      const average = total / (n * area);
      let squares = 0;
      forEachOf(channel, (i) => (squares += (x.data[i] - average) ** 2));
      const variance = squares / (n * area);
      const factor = scale.data[channel] / Math.sqrt(variance + eps);
      forEachOf(channel, (i) => (y.data[i] = (x.data[i] - average) * factor + bias.data[channel]));
      means.data[channel] = average;
      variances.data[channel] = variance;
    }
    return [y, means, variances];
  },
};

/**
 * Batch normalisation by the batch's own statistics (Ioffe, Szegedy, arXiv 1502.03167).
 *
 * @param x `[N, C, H, W]`, scale and bias `[C]`
 * @returns output `[N, C, H, W]`, mean `[C]`, and population variance `[C]` (PyTorch's running variance takes the
 *   unbiased one: multiply by M / (M - 1) with M = N H W)
 */
export function batchNormTraining(
  x: Value,
  scale: Value,
  bias: Value,
  eps: number,
): { output: Value; mean: Value; variance: Value } {
  const [output, mean, variance] = applyAll(trainingOperation, [x, scale, bias], { eps });
  return { output, mean, variance };
}

/** Batch normalisation by given statistics; all but x are `[C]`. */
export function batchNormInference(
  x: Value,
  parameters: { readonly scale: Value; readonly bias: Value; readonly mean: Value; readonly variance: Value },
  eps: number,
): Value {
  const { scale: gain, bias, mean, variance } = parameters;
  const fits = [gain, bias, mean, variance].every(({ shape }) => sameShape(shape, [x.shape[1]]));
  requireFit('batchNormInference', fits && x.shape.length === 4, 'expected [N, C, H, W] and four of [C]', [
    x,
    gain,
    bias,
    mean,
    variance,
  ]);
  const { scale, shift } = batchNormAffine(parameters, eps);
  return add(mul(x, perChannel(scale)), perChannel(shift));
}

/** `[C]` as it is stretched over `[N, C, H, W]`. */
function perChannel(value: Value): Value {
  return reshape(value, [value.shape[0], 1, 1]);
}

/** The scale and shift, both `[C]`, that batch normalisation by given statistics amounts to. */
export function batchNormAffine(
  parameters: { readonly scale: Value; readonly bias: Value; readonly mean: Value; readonly variance: Value },
  eps: number,
): { scale: Value; shift: Value } {
  const scale = div(parameters.scale, sqrt(add(parameters.variance, eps)));
  return { scale, shift: add(parameters.bias, neg(mul(parameters.mean, scale))) };
}
