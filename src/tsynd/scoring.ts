import { trace, type TracedGraph } from '../engine/graph.ts';
import { classifierFeatures, classifierHead, type ClassifierConfig } from '../models/classifier.ts';
import { ModelScope } from '../nn/modelScope.ts';
import { labelInput } from './classifierTraining.ts';
import { imageInput, type BatchSize } from './imageBatch.ts';
import { lossPerImage } from './lossPerImage.ts';
import { measuredUncertainty } from './monteCarlo.ts';
import type { Likelihood } from './uncertainty.ts';

/**
 * What the classifier says of labelled `images` `[N, C, H, W]`: as `traceUncertainty` does, `probs` `[N, K]`,
 * `mutualInformation` and `predictiveEntropy` `[N]` over the dropout `masks` `[S, M]`; and `loss` `[N]`, the
 * cross-entropy of `labels` without dropout, for sigmoids summed over labels. All in nats.
 */
export function traceScores(
  config: ClassifierConfig,
  shape: BatchSize & { readonly numMcSamples: number },
  likelihood: Likelihood,
): TracedGraph {
  return trace((graph) => {
    const images = imageInput(graph, config.inChannels, shape);
    const labels = labelInput(graph, shape.batchSize, config, likelihood);
    const scope = new ModelScope(graph, 'inference');
    const uncertainty = measuredUncertainty(scope, images, shape.numMcSamples, config, likelihood);
    // The features are the same nodes as those under the masks, and are computed once.
    const logits = classifierHead(scope, classifierFeatures(scope, images, config).pooled, config);
    return { ...uncertainty, loss: lossPerImage(logits, labels, likelihood) };
  });
}
