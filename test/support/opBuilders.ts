import { z } from 'zod';

import type { Value } from '../../src/engine/graph.ts';
import { abs } from '../../src/engine/ops/abs.ts';
import { add } from '../../src/engine/ops/add.ts';
import { argMax } from '../../src/engine/ops/argMax.ts';
import { avgPool2d, globalAveragePool } from '../../src/engine/ops/avgPool2d.ts';
import { batchNormInference, batchNormTraining } from '../../src/engine/ops/batchNorm.ts';
import { cast } from '../../src/engine/ops/cast.ts';
import { clip } from '../../src/engine/ops/clip.ts';
import { and, equal, greater, less, not } from '../../src/engine/ops/compare.ts';
import { concat } from '../../src/engine/ops/concat.ts';
import { conv2d, convTranspose2d } from '../../src/engine/ops/convolution.ts';
import { div } from '../../src/engine/ops/div.ts';
import { erf } from '../../src/engine/ops/erf.ts';
import { exp } from '../../src/engine/ops/exp.ts';
import { maximum, minimum } from '../../src/engine/ops/extremes.ts';
import { gather } from '../../src/engine/ops/gather.ts';
import { gelu } from '../../src/engine/ops/gelu.ts';
import { inSinglePrecision } from '../../src/engine/ops/inSinglePrecision.ts';
import { layerNorm } from '../../src/engine/ops/layerNorm.ts';
import { linear } from '../../src/engine/ops/linear.ts';
import { log } from '../../src/engine/ops/log.ts';
import { logSoftmax } from '../../src/engine/ops/logSoftmax.ts';
import { logSumExp } from '../../src/engine/ops/logSumExp.ts';
import { matmul } from '../../src/engine/ops/matmul.ts';
import { max } from '../../src/engine/ops/max.ts';
import { maxPool2d } from '../../src/engine/ops/maxPool2d.ts';
import { mean } from '../../src/engine/ops/mean.ts';
import { mul } from '../../src/engine/ops/mul.ts';
import { neg } from '../../src/engine/ops/neg.ts';
import { oneHot } from '../../src/engine/ops/oneHot.ts';
import { pow } from '../../src/engine/ops/pow.ts';
import { relu } from '../../src/engine/ops/relu.ts';
import { reshape } from '../../src/engine/ops/reshape.ts';
import { sigmoid } from '../../src/engine/ops/sigmoid.ts';
import { sign } from '../../src/engine/ops/sign.ts';
import { pad, slice } from '../../src/engine/ops/slice.ts';
import { softmax } from '../../src/engine/ops/softmax.ts';
import { softplus } from '../../src/engine/ops/softplus.ts';
import { sqrt } from '../../src/engine/ops/sqrt.ts';
import { step } from '../../src/engine/ops/step.ts';
import { stopGradient } from '../../src/engine/ops/stopGradient.ts';
import { straightThrough } from '../../src/engine/ops/straightThrough.ts';
import { sub } from '../../src/engine/ops/sub.ts';
import { broadcastTo, sum } from '../../src/engine/ops/sum.ts';
import { tanh } from '../../src/engine/ops/tanh.ts';
import { transpose } from '../../src/engine/ops/transpose.ts';
import { where } from '../../src/engine/ops/where.ts';
import { binaryCrossEntropy, crossEntropy, meanSquaredError } from '../../src/nn/losses.ts';

export type Attributes = Readonly<Record<string, unknown>>;

/** Applies an op, known by the name of its function, to operands and attributes from a file. */
export type OpBuilder = (inputs: readonly Value[], attributes: Attributes) => Value | readonly Value[];

const count = z.number().int();
const counts = z.array(count);
const axisSchema = z.object({ axis: count });
const reductionSchema = z.object({ axes: counts, keepDims: z.boolean() });
const convolutionSchema = z.object({ stride: count, padding: count, groups: count });
const transposedSchema = convolutionSchema.extend({ outputPadding: count });
const poolSchema = z.object({ kernel: count, stride: count, padding: count });
const epsSchema = z.object({ eps: z.number() });
const shapeSchema = z.object({ shape: counts });
const sliceSchema = z.object({ axis: count, start: count, end: count, step: count });
const padSchema = z.object({ axis: count, before: count, after: count, interior: count, value: z.number() });

/** Every op of src/engine/ops, and the losses of src/nn, by name. */
export const opBuilders: Readonly<Record<string, OpBuilder>> = {
  abs: ([x]) => abs(x),
  add: ([a, b]) => add(a, b),
  and: ([a, b]) => and(a, b),
  argMax: ([x], attributes) => argMax(x, axisSchema.parse(attributes).axis),
  avgPool2d: ([x], attributes) => avgPool2d(x, poolSchema.parse(attributes)),
  batchNormInference: ([x, scale, bias, mean, variance], attributes) =>
    batchNormInference(x, { scale, bias, mean, variance }, epsSchema.parse(attributes).eps),
  batchNormTraining: ([x, scale, bias], attributes) => {
    const { output, mean, variance } = batchNormTraining(x, scale, bias, epsSchema.parse(attributes).eps);
    return [output, mean, variance];
  },
  binaryCrossEntropy: ([logits, targets]) => binaryCrossEntropy(logits, targets),
  broadcastTo: ([x], attributes) => broadcastTo(x, shapeSchema.parse(attributes).shape),
  cast: ([x], attributes) =>
    cast(x, z.object({ dtype: z.enum(['float32', 'int32', 'bool']) }).parse(attributes).dtype),
  clip: ([x], attributes) => {
    const { low, high } = z.object({ low: z.number(), high: z.number() }).parse(attributes);
    return clip(x, low, high);
  },
  concat: (inputs, attributes) => concat(inputs, axisSchema.parse(attributes).axis),
  conv2d: ([x, weight, bias], attributes) => conv2d(x, weight, bias, convolutionSchema.parse(attributes)),
  convTranspose2d: ([x, weight, bias], attributes) =>
    convTranspose2d(x, weight, bias, transposedSchema.parse(attributes)),
  crossEntropy: ([logits, labels]) => crossEntropy(logits, labels),
  div: ([a, b]) => div(a, b),
  equal: ([a, b]) => equal(a, b),
  erf: ([x]) => erf(x),
  exp: ([x]) => exp(x),
  gather: ([table, indices]) => gather(table, indices),
  gelu: ([x]) => gelu(x),
  globalAveragePool: ([x]) => globalAveragePool(x),
  greater: ([a, b]) => greater(a, b),
  inSinglePrecision: ([x]) => inSinglePrecision(x),
  layerNorm: ([x, scale, bias], attributes) => layerNorm(x, scale, bias, epsSchema.parse(attributes).eps),
  less: ([a, b]) => less(a, b),
  linear: ([x, weight, bias]) => linear(x, weight, bias),
  log: ([x]) => log(x),
  logSoftmax: ([x], attributes) => logSoftmax(x, axisSchema.parse(attributes).axis),
  logSumExp: ([x], attributes) =>
    logSumExp(x, axisSchema.extend({ keepDims: z.boolean() }).parse(attributes)),
  matmul: ([a, b]) => matmul(a, b),
  max: ([x], attributes) => max(x, reductionSchema.parse(attributes)),
  maxPool2d: ([x], attributes) => maxPool2d(x, poolSchema.parse(attributes)),
  maximum: ([a, b]) => maximum(a, b),
  mean: ([x], attributes) => mean(x, reductionSchema.parse(attributes)),
  meanSquaredError: ([a, b]) => meanSquaredError(a, b),
  minimum: ([a, b]) => minimum(a, b),
  mul: ([a, b]) => mul(a, b),
  neg: ([x]) => neg(x),
  not: ([x]) => not(x),
  oneHot: ([indices], attributes) => oneHot(indices, z.object({ depth: count }).parse(attributes).depth),
  pad: ([x], attributes) => pad(x, padSchema.parse(attributes)),
  pow: ([a, b]) => pow(a, b),
  relu: ([x]) => relu(x),
  reshape: ([x], attributes) => reshape(x, shapeSchema.parse(attributes).shape),
  sigmoid: ([x]) => sigmoid(x),
  sign: ([x]) => sign(x),
  slice: ([x], attributes) => slice(x, sliceSchema.parse(attributes)),
  softmax: ([x], attributes) => softmax(x, axisSchema.parse(attributes).axis),
  softplus: ([x]) => softplus(x),
  sqrt: ([x]) => sqrt(x),
  step: ([x]) => step(x),
  stopGradient: ([x]) => stopGradient(x),
  straightThrough: ([forward, backward]) => straightThrough(forward, backward),
  sub: ([a, b]) => sub(a, b),
  sum: ([x], attributes) => sum(x, reductionSchema.parse(attributes)),
  tanh: ([x]) => tanh(x),
  transpose: ([x], attributes) =>
    transpose(x, z.object({ permutation: counts }).parse(attributes).permutation),
  where: ([condition, a, b]) => where(condition, a, b),
};
