import { trace, type TracedGraph } from '../engine/graph.ts';
import { classifierFeatures, classifierHead, type ClassifierConfig } from '../models/classifier.ts';
import { ModelScope } from '../nn/modelScope.ts';
import { imageInput, type BatchSize } from './imageBatch.ts';
import { measuredUncertainty } from './monteCarlo.ts';
import { probabilities } from './probabilities.ts';
import type { Likelihood } from './uncertainty.ts';

/**
 * All that a filter asks an independent classifier of `images` `[N, C, H, W]`: the pooled `features` `[N, F]`, the
 * probabilities `probs` `[N, K]` without dropout, and `mutualInformation` `[N]` in nats over the dropout `masks`.
 */
export function traceJudgement(
  config: ClassifierConfig,
  shape: BatchSize & { readonly numMcSamples: number },
  likelihood: Likelihood,
): TracedGraph {
  return trace((graph) => {
    const images = imageInput(graph, config.inChannels, shape);
    const scope = new ModelScope(graph, 'inference');
    // The features are the same nodes in all three, and are computed once.
    const { pooled } = classifierFeatures(scope, images, config);
    const logits = classifierHead(scope, pooled, config);
    const { mutualInformation } = measuredUncertainty(scope, images, shape.numMcSamples, config, likelihood);
    const probs = probabilities(logits, likelihood);
    return { features: pooled, probs, mutualInformation };
  });
}
