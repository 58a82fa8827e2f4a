import { ShapeError } from '../errors.ts';
import type { TensorType, Value } from '../graph.ts';
import { apply, type Operation } from '../operation.ts';
import { emptyLike, requireFit, requireType } from './broadcasting.ts';
import { lowerConvolution } from './convolutionLowering.ts';
import { lowerTransposedConvolution } from './transposedConvolutionLowering.ts';
import { lowerWeightGradient } from './weightGradientLowering.ts';
import { forEachProduct } from './convolutionReference.ts';
import {
  convolutionShape,
  transposedShape,
  windowCount,
  type ConvolutionAttributes,
  type ConvolutionOptions,
  type TransposedConvolutionAttributes,
} from './convolutionShapes.ts';
import { convolve, imageGradient, weightGradientOf } from '../tensorflow/convolutionKernels.ts';
import { sum } from './sum.ts';
import { add } from './add.ts';
import { reshape } from './reshape.ts';

// A convolution is linear in images and in weights. Its transpose is its gradient for the images, its weight
// gradient the one for the weights, and the three are each other's gradients: hence one file.

const convolution: Operation<ConvolutionAttributes> = {
  name: 'conv2d',
  infer: (inputs, attributes) => {
    requireType('conv2d', inputs, 'float32');
    const shape = convolutionShape('conv2d', inputs[0].shape, inputs[1].shape, attributes);
    requireBias('conv2d', inputs, shape[1]);
    return { shape, dtype: 'float32' };
  },
  differentiate: ({ attributes, inputs: [x, weight] }, [dy]) => [
    () => transposeOf(dy!, weight, attributes, x.shape[2], x.shape[3]),
    () => conv2dWeightGradient(x, dy!, [weight.shape[2], weight.shape[3]], attributes),
    () => sum(dy!, { axes: [0, 2, 3] }),
  ],
  toOnnx: lowerConvolution,
  toTensorFlow: (context, [x, weight, bias], attributes) =>
    convolve(context, { x, weight, bias }, attributes),
  evaluate: (inputs, attributes, outputs) => {
    const [x, weight] = inputs;
    const bias = inputs.at(2);
    const y = emptyLike(outputs[0]);
    const [, channels, height, width] = y.shape;
    if (bias) {
      for (let i = 0; i < y.data.length; i++)
        y.data[i] = bias.data[Math.floor(i / (height * width)) % channels];
    }
    forEachProduct(x.shape, weight.shape, y.shape, attributes, (i, j, k) => {
      y.data[k] += x.data[i] * weight.data[j];
    });
    return y;
  },
};

const transposedConvolution: Operation<TransposedConvolutionAttributes> = {
  name: 'convTranspose2d',
  infer: (inputs, attributes) => {
    requireType('convTranspose2d', inputs, 'float32');
    return {
      shape: transposedShape('convTranspose2d', inputs[0].shape, inputs[1].shape, attributes),
      dtype: 'float32',
    };
  },
  differentiate: ({ attributes: { stride, padding, groups }, inputs: [y, weight] }, [dx]) => [
    () => conv2d(dx!, weight, undefined, { stride, padding, groups }),
    () => conv2dWeightGradient(dx!, y, [weight.shape[2], weight.shape[3]], { stride, padding, groups }),
  ],
  toOnnx: lowerTransposedConvolution,
  toTensorFlow: (context, [y, weight], attributes, { outputs }) =>
    imageGradient(context, { dy: y, weight, shape: outputs[0].shape }, attributes),
  evaluate: ([y, weight], attributes, outputs) => {
    const x = emptyLike(outputs[0]);
    forEachProduct(x.shape, weight.shape, y.shape, attributes, (i, j, k) => {
      x.data[i] += y.data[k] * weight.data[j];
    });
    return x;
  },
};

interface WeightGradientAttributes extends ConvolutionAttributes {
  readonly kernel: readonly [number, number];
}

const weightGradient: Operation<WeightGradientAttributes> = {
  name: 'conv2dWeightGradient',
  infer: (inputs, { kernel, stride, padding, groups }) => {
    const [x, dy] = [inputs[0].shape, inputs[1].shape];
    const fits = [2, 3].every((axis) => dy[axis] === windowCount(x[axis], kernel[axis - 2], stride, padding));
    if (!fits || x[0] !== dy[0] || x[1] % groups !== 0 || dy[1] % groups !== 0) {
      throw new ShapeError('conv2dWeightGradient', 'images and output gradients do not fit', [x, dy]);
    }
    return { shape: [dy[1], x[1] / groups, ...kernel], dtype: 'float32' };
  },
  differentiate: ({ attributes: { stride, padding, groups }, inputs: [x, dy] }, [dw]) => [
    () => transposeOf(dy, dw!, { stride, padding, groups }, x.shape[2], x.shape[3]),
    () => conv2d(x, dw!, undefined, { stride, padding, groups }),
  ],
  toOnnx: lowerWeightGradient,
  toTensorFlow: (context, [x, dy], attributes) => weightGradientOf(context, { x, dy }, attributes),
  evaluate: ([x, dy], attributes, outputs) => {
    const weight = emptyLike(outputs[0]);
    forEachProduct(x.shape, weight.shape, dy.shape, attributes, (i, j, k) => {
      weight.data[j] += x.data[i] * dy.data[k];
    });
    return weight;
  },
};

/**
 * Cross-correlation, as deep learning calls convolution: `[N, C, H, W]` with weights `[O, C / groups, KH, KW]` and
 * bias `[O]` gives `[N, O, H', W']`, H' = floor((H + 2 padding - KH) / stride) + 1.
 */
export function conv2d(x: Value, weight: Value, bias?: Value, options: ConvolutionOptions = {}): Value {
  const attributes = withDefaults(options);
  return apply(convolution, bias ? [x, weight, bias] : [x, weight], attributes);
}

/**
 * Transposed convolution in PyTorch's convention: `[N, C, H, W]` with weights `[C, O / groups, KH, KW]` and bias `[O]`
 * gives `[N, O, H', W']`, H' = (H - 1) stride - 2 padding + KH + outputPadding.
 */
export function convTranspose2d(
  x: Value,
  weight: Value,
  bias?: Value,
  options: ConvolutionOptions & { readonly outputPadding?: number } = {},
): Value {
  const extra = options.outputPadding ?? 0;
  const attributes = { ...withDefaults(options), outputPadding: [extra, extra] as const };
  const output = apply(transposedConvolution, [x, weight], attributes);
  if (!bias) return output;
  requireBias('convTranspose2d', [x, weight, bias], output.shape[1]);
  return add(output, reshape(bias, [1, bias.shape[0], 1, 1]));
}

/** d loss / d weights of a convolution from its images and d loss / d output: `[O, C / groups, KH, KW]`. */
function conv2dWeightGradient(
  x: Value,
  dy: Value,
  kernel: readonly [number, number],
  { stride, padding, groups }: ConvolutionAttributes,
): Value {
  return apply(weightGradient, [x, dy], { kernel, stride, padding, groups });
}

function transposeOf(
  dy: Value,
  weight: Value,
  { stride, padding, groups }: ConvolutionAttributes,
  height: number,
  width: number,
): Value {
  const leftOver = (length: number, kernel: number): number => (length + 2 * padding - kernel) % stride;
  const outputPadding = [leftOver(height, weight.shape[2]), leftOver(width, weight.shape[3])] as const;
  return apply(transposedConvolution, [dy, weight], { stride, padding, groups, outputPadding });
}

function requireBias(name: string, operands: readonly TensorType[], channels: number): void {
  const bias = operands.at(2)?.shape;
  const fits = !bias || (bias.length === 1 && bias[0] === channels);
  requireFit(name, fits, `the bias must be [${channels}]`, operands);
}

function withDefaults({ stride = 1, padding = 0, groups = 1 }: ConvolutionOptions): ConvolutionAttributes {
  return { stride, padding, groups };
}
