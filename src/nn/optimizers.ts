import type { Graph, Value } from '../engine/graph.ts';
import { add } from '../engine/ops/add.ts';
import { div } from '../engine/ops/div.ts';
import { mul } from '../engine/ops/mul.ts';
import { sqrt } from '../engine/ops/sqrt.ts';
import { sub } from '../engine/ops/sub.ts';
import type { Shape } from '../engine/tensor.ts';
import type { LossScaling } from './lossScale.ts';

/**
 * A rule that moves parameters against their gradients, as part of a graph.
 *
 * State is one zero-initialised tensor of the parameter's shape for every slot. What changes with the step number is
 * computed on the host in double precision and given as scalars.
 */
export interface Optimizer {
  readonly slots: readonly string[];
  /** Set by `withLossScaling`, for programs of half precision. */
  readonly lossScaling?: LossScaling;
  /** Scalars of step `step` (counted from 1) at a learning rate. */
  scalars(step: number, learningRate: number): Readonly<Record<string, number>>;
  /** The new parameter and slots; `name` is the parameter's, for rules that do not treat all alike. */
  update(
    parameter: Value,
    gradient: Value,
    slots: Readonly<Record<string, Value>>,
    scalars: Readonly<Record<string, Value>>,
    name?: string,
  ): { parameter: Value; slots: Record<string, Value> };
}

export interface AdamOptions {
  readonly beta1?: number;
  readonly beta2?: number;
  readonly eps?: number;
  /** Decoupled weight decay (AdamW, Loshchilov and Hutter, arXiv 1711.05101). */
  readonly weightDecay?: number;
  /** Which parameters decay; all when absent. */
  readonly decays?: (name: string, shape: Shape) => boolean;
}

/**
 * Adam as PyTorch's (Kingma and Ba, arXiv 1412.6980); with weight decay it is AdamW.
 *
 * The moments are kept without their factors, M = m / (1 - beta1) and V = v / (1 - beta2), and the bias corrections
 * c1 = 1 - beta1^t and c2 = 1 - beta2^t are left to scalars, which saves passes over big tensors:
 *   (m / c1) / (sqrt(v / c2) + eps) = M * f (1 - beta1) / c1 / (sqrt(V) + eps f), with f = sqrt(c2 / (1 - beta2)).
 */
export function adam({
  beta1 = 0.9,
  beta2 = 0.999,
  eps = 1e-8,
  weightDecay = 0,
  decays = () => true,
}: AdamOptions = {}): Optimizer {
  return {
    slots: ['firstMoment', 'secondMoment'],
    scalars: (step, learningRate) => {
      const factor = Math.sqrt((1 - beta2 ** step) / (1 - beta2));
      return {
        stepSize: (learningRate * factor * (1 - beta1)) / (1 - beta1 ** step),
        scaledEps: eps * factor,
        keep: 1 - learningRate * weightDecay,
      };
    },
    update: (
      parameter,
      gradient,
      { firstMoment, secondMoment },
      { stepSize, scaledEps, keep },
      name = '',
    ) => {
      const first = add(mul(firstMoment, beta1), gradient);
      const second = add(mul(secondMoment, beta2), mul(gradient, gradient));
      const direction = div(first, add(sqrt(second), scaledEps));
      const isDecayed = weightDecay !== 0 && decays(name, parameter.shape);
      const kept = isDecayed ? mul(parameter, keep) : parameter;
      return {
        parameter: sub(kept, mul(direction, stepSize)),
        slots: { firstMoment: first, secondMoment: second },
      };
    },
  };
}

/**
 * timm's rule, by which DeiT is trained: biases, what scales a normalisation, tokens and position embeddings are not
 * decayed (`param_groups_weight_decay` with DeiT's `no_weight_decay`).
 */
export function decaysInTimm(name: string, shape: Shape): boolean {
  const isToken = ['cls_token', 'dist_token', 'pos_embed'].some((token) => name.split('.').includes(token));
  return shape.length > 1 && !name.endsWith('.bias') && !isToken;
}

/** Declares the optimiser's scalars as inputs of a graph, named `prefix` + name. */
export function scalarInputs(graph: Graph, optimizer: Optimizer, prefix: string): Record<string, Value> {
  const names = Object.keys(optimizer.scalars(1, 1));
  return Object.fromEntries(names.map((name) => [name, graph.input(prefix + name, [])]));
}
