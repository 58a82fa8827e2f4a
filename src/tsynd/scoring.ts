import { trace, type TracedGraph, type Value } from '../engine/graph.ts';
import { sum } from '../engine/ops/sum.ts';
import { classifierFeatures, classifierHead, type ClassifierConfig } from '../models/classifier.ts';
import { binaryCrossEntropyPerLabel, crossEntropyPerImage } from '../nn/losses.ts';
import { ModelScope } from '../nn/modelScope.ts';
import { labelInput } from './classifierTraining.ts';
import { imageInput, type BatchSize } from './imageBatch.ts';
import { measuredUncertainty } from './monteCarlo.ts';
import type { Likelihood } from './uncertainty.ts';

/**
 * What the classifier says of labelled `images` `[N, C, H, W]`: as `traceUncertainty` does, `probs` `[N, K]`,
 * `mutualInformation` and `predictiveEntropy` `[N]` over the dropout `masks` `[S, F]`; and `loss` `[N]`, the
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
    return { ...uncertainty, loss: lossOf(logits, labels, likelihood) };
  });
}

function lossOf(logits: Value, labels: Value, likelihood: Likelihood): Value {
  return likelihood === 'softmax'
    ? crossEntropyPerImage(logits, labels)
    : sum(binaryCrossEntropyPerLabel(logits, labels), { axes: [1] });
}
