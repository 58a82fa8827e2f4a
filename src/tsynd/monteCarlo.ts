import { trace, type TracedGraph, type Value } from '../engine/graph.ts';
import { exp } from '../engine/ops/exp.ts';
import { reshape } from '../engine/ops/reshape.ts';
import {
  classifierFeatures,
  classifierHead,
  maskWidth,
  type ClassifierConfig,
} from '../models/classifier.ts';
import { ModelScope } from '../nn/modelScope.ts';
import { imageInput, type BatchSize } from './imageBatch.ts';
import { uncertaintyOf, type Likelihood } from './uncertainty.ts';

/**
 * Logits `[S, N, K]` of images `[N, C, H, W]` under S dropout masks `[S, M]` of the head: the backbone runs once, only
 * what follows the masks is repeated (paper, section 3.1).
 */
export function monteCarloLogits(
  scope: ModelScope,
  images: Value,
  masks: Value,
  config: ClassifierConfig,
): Value {
  const { pooled } = classifierFeatures(scope, images, config);
  const [n, features] = pooled.shape as readonly [number, number];
  const [samples, units] = masks.shape as readonly [number, number];
  return classifierHead(
    scope,
    reshape(pooled, [1, n, features]),
    config,
    reshape(masks, [samples, 1, units]),
  );
}

/**
 * What the classifier says of `images` `[N, C, H, W]` under dropout `masks` `[S, M]`: `probs` `[N, K]`, the mean over
 * masks, and `mutualInformation` and `predictiveEntropy` `[N]` in nats.
 */
export function traceUncertainty(
  config: ClassifierConfig,
  shape: BatchSize & { readonly numMcSamples: number },
  likelihood: Likelihood,
): TracedGraph {
  return trace((graph) => {
    const images = imageInput(graph, config.inChannels, shape);
    const scope = new ModelScope(graph, 'inference');
    return measuredUncertainty(scope, images, shape.numMcSamples, config, likelihood);
  });
}

/** The results of `traceUncertainty`, in a graph that may have more; asks it for the input `masks`. */
export function measuredUncertainty(
  scope: ModelScope,
  images: Value,
  numMcSamples: number,
  config: ClassifierConfig,
  likelihood: Likelihood,
): Record<'mutualInformation' | 'predictiveEntropy' | 'probs', Value> {
  const masks = scope.graph.input('masks', [numMcSamples, maskWidth(config)]);
  const logits = monteCarloLogits(scope, images, masks, config);
  const { mutualInformation, predictiveEntropy, meanLogProbs } = uncertaintyOf(logits, likelihood);
  return { mutualInformation, predictiveEntropy, probs: exp(meanLogProbs) };
}
