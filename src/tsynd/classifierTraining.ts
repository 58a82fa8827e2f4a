import { trace, type Graph, type TracedGraph, type Value } from '../engine/graph.ts';
import { add } from '../engine/ops/add.ts';
import { concat } from '../engine/ops/concat.ts';
import { mul } from '../engine/ops/mul.ts';
import { sub } from '../engine/ops/sub.ts';
import {
  classifierFeatures,
  classifierHead,
  maskWidth,
  type ClassifierConfig,
} from '../models/classifier.ts';
import { binaryCrossEntropy, crossEntropy } from '../nn/losses.ts';
import { ModelScope } from '../nn/modelScope.ts';
import { imageInput, type BatchSize } from './imageBatch.ts';
import type { Optimizer } from '../nn/optimizers.ts';
import { traceTrainingStep } from '../nn/trainer.ts';
import { probabilities } from './probabilities.ts';
import type { Likelihood } from './uncertainty.ts';

export interface ClassifierBatch {
  /** Original images of the batch. */
  readonly real: number;
  /** Synthetic images that are appended to them; 0 for plain training. */
  readonly synthetic: number;
  readonly imageSize: number;
  /** Whether every image is a mixture of two, as mixup makes them. */
  readonly isMixed?: boolean;
}

/**
 * One training step on `images` `[real, C, H, W]`, followed by `synthetic` images where the batch has some: one
 * forward pass over both, and the mean loss of all (paper, section 3.2.2; with equal halves it is the mean of the
 * halves' losses). Further inputs: `labels` of all, and `dropout`, the mask `[N, M]` of the head.
 *
 * Of mixed images also `partnerLabels`, the labels of the second ones, and `lambda`, the share of the first ones, of shape
 * `[]`: the loss is lambda CE(labels) + (1 - lambda) CE(partnerLabels) (mixup, Zhang et al., arXiv 1710.09412).
 */
export function traceClassifierStep(
  config: ClassifierConfig,
  optimizer: Optimizer,
  batch: ClassifierBatch,
  likelihood: Likelihood,
): TracedGraph {
  return traceTrainingStep(optimizer, (scope, graph) => {
    const size = batch.real + batch.synthetic;
    const sides = [batch.imageSize, batch.imageSize];
    const real = graph.input('images', [batch.real, config.inChannels, ...sides]);
    const images =
      batch.synthetic === 0
        ? real
        : concat([real, graph.input('synthetic', [batch.synthetic, config.inChannels, ...sides])], 0);
    const { pooled } = classifierFeatures(scope, images, config);
    const dropout = graph.input('dropout', [size, maskWidth(config)]);
    const logits = classifierHead(scope, pooled, config, dropout);
    const lossOf = (name: string): Value => {
      const labels = labelInput(graph, size, config, likelihood, name);
      return likelihood === 'softmax' ? crossEntropy(logits, labels) : binaryCrossEntropy(logits, labels);
    };
    const loss = lossOf('labels');
    if (!batch.isMixed) return { loss };
    const lambda = graph.input('lambda', []);
    return { loss: add(mul(lambda, loss), mul(sub(1, lambda), lossOf('partnerLabels'))) };
  });
}

/** Class probabilities `probs` `[N, K]` of `images`, without dropout. */
export function tracePrediction(
  config: ClassifierConfig,
  shape: BatchSize,
  likelihood: Likelihood,
): TracedGraph {
  return trace((graph) => {
    const images = imageInput(graph, config.inChannels, shape);
    const scope = new ModelScope(graph, 'inference');
    const logits = classifierHead(scope, classifierFeatures(scope, images, config).pooled, config);
    return { probs: probabilities(logits, likelihood) };
  });
}

/** The input `labels`: int32 `[N]`, or float32 `[N, L]` of 0 and 1 for sigmoids. */
export function labelInput(
  graph: Graph,
  size: number,
  { numClasses }: Pick<ClassifierConfig, 'numClasses'>,
  likelihood: Likelihood,
  name = 'labels',
): Value {
  return likelihood === 'softmax'
    ? graph.input(name, [size], 'int32')
    : graph.input(name, [size, numClasses]);
}
