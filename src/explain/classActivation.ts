import { gradientsOf } from '../engine/gradient.ts';
import { trace, type TracedGraph, type Value } from '../engine/graph.ts';
import { argMax } from '../engine/ops/argMax.ts';
import { less } from '../engine/ops/compare.ts';
import { mul } from '../engine/ops/mul.ts';
import { oneHot } from '../engine/ops/oneHot.ts';
import { sum } from '../engine/ops/sum.ts';
import { where } from '../engine/ops/where.ts';
import { intTensor } from '../engine/tensor.ts';
import { classifierFeatures, classifierHead, type ClassifierConfig } from '../models/classifier.ts';
import type { FeatureLayer } from '../models/features.ts';
import { ModelScope } from '../nn/modelScope.ts';
import { TsyndError } from '../protocol/errors.ts';
import { EXPLAINED_LAYERS, explainedLayer } from '../protocol/explanations.ts';
import { imageInput, type BatchSize } from '../tsynd/imageBatch.ts';
import { probabilities } from '../tsynd/probabilities.ts';
import type { Likelihood } from '../tsynd/uncertainty.ts';

/** Stands for the predicted class among targets. */
export const PREDICTED = -1;

export interface ClassActivationConfig extends BatchSize {
  readonly classifier: ClassifierConfig;
  readonly likelihood: Likelihood;
  /** One of EXPLAINED_LAYERS; of another architecture, it stands for the one at the same place. */
  readonly layer: string;
}

/** What class activation maps of N images are made of. */
export interface ClassActivation {
  /** Output of the layer, `[N, F, h, w]`. */
  readonly activations: Value;
  /** Gradient of the class's logit with respect to it, `[N, F, h, w]`. */
  readonly gradients: Value;
  /** The explained classes, int32 `[N]`. */
  readonly classes: Value;
}

/**
 * `activations`, `gradients`, `classes` and `probs` `[N, K]` of `images` `[N, C, H, W]` in [0, 1] and `targets`, int32
 * `[N]` with PREDICTED where the predicted class is meant: the classifier in inference mode, without dropout.
 *
 * Throws TsyndError 'settings/invalid' for a layer that cannot be explained.
 */
export function traceClassActivation(config: ClassActivationConfig): TracedGraph {
  const { classifier, likelihood, batchSize } = config;
  const name = requireLayer(classifier.architecture, config.layer);
  return trace((graph) => {
    const scope = new ModelScope(graph, 'inference');
    const images = imageInput(graph, classifier.inChannels, config);
    const { layers, pooled } = classifierFeatures(scope, images, classifier);
    const logits = classifierHead(scope, pooled, classifier);
    return {
      ...classActivation(layers[name], logits, graph.input('targets', [batchSize], 'int32')),
      probs: probabilities(logits, likelihood),
    };
  });
}

/**
 * What maps of any network are made of. Images of a batch do not mix in inference mode, so that the gradient of the
 * summed logits is each image's own.
 *
 * @param layer which the logits depend on; its gradient is taken in its own form and brought into that of a map then
 * @param logits `[N, K]`
 * @param targets int32 `[N]`, PREDICTED for the class of the largest logit
 */
export function classActivation(
  { output, asMap }: FeatureLayer,
  logits: Value,
  targets: Value,
): ClassActivation {
  const classes = explainedClasses(logits, targets);
  const [gradient] = gradientsOf(sum(mul(logits, oneHot(classes, logits.shape[1]))), [output]);
  return { activations: asMap(output), gradients: asMap(gradient), classes };
}

/** The targets, int32 `[N]`, with the class of the largest of the logits `[N, K]` where there is PREDICTED. */
export function explainedClasses(logits: Value, targets: Value): Value {
  const zero = targets.graph.constant(intTensor([], [0]));
  return where(less(targets, zero), argMax(logits, 1), targets);
}

/** The layer that a choice means. Throws TsyndError 'settings/invalid' for one whose activations cannot be mapped. */
export function requireLayer(architecture: ClassifierConfig['architecture'], layer: string): string {
  const found = explainedLayer(architecture, layer);
  if (found !== undefined) return found;
  throw new TsyndError('settings/invalid', `There is no map of the layer '${layer}' of ${architecture}.`, {
    remedy: `Choose one of ${EXPLAINED_LAYERS[architecture].join(', ')}.`,
  });
}
