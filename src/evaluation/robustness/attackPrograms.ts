import { gradientsOf } from '../../engine/gradient.ts';
import { trace, type Graph, type TracedGraph, type Value } from '../../engine/graph.ts';
import { sum } from '../../engine/ops/sum.ts';
import { classifierFeatures, classifierHead, type ClassifierConfig } from '../../models/classifier.ts';
import { ModelScope } from '../../nn/modelScope.ts';
import { labelInput } from '../../tsynd/classifierTraining.ts';
import { imageInput, type BatchSize } from '../../tsynd/imageBatch.ts';
import { lossPerImage } from '../../tsynd/lossPerImage.ts';
import { probabilities } from '../../tsynd/probabilities.ts';
import type { Likelihood } from '../../tsynd/uncertainty.ts';

/** A classifier as attacks see it. */
export interface AttackedModel {
  /** Logits `[N, K]` of images `[N, C, H, W]` in [0, 1]. */
  readonly logits: (scope: ModelScope, images: Value) => Value;
  readonly inChannels: number;
  /** K; for sigmoids the number of labels L. */
  readonly numClasses: number;
  readonly likelihood: Likelihood;
}

/** The classifier that predicts is the one that is attacked: without dropout. */
export function attackedModel(config: ClassifierConfig, likelihood: Likelihood): AttackedModel {
  const { inChannels, numClasses } = config;
  return {
    logits: (scope, images) =>
      classifierHead(scope, classifierFeatures(scope, images, config).pooled, config),
    inChannels,
    numClasses,
    likelihood,
  };
}

/** `logits` and `probs` `[N, K]` of `images`, batch norm in inference mode. */
export function traceAnswers(model: AttackedModel, shape: BatchSize): TracedGraph {
  return trace((graph) => answersOf(graph, imageInput(graph, model.inChannels, shape), model));
}

/**
 * The results of `traceAnswers`, and `gradient` `[N, C, H, W]`, that of every image's own loss by its pixels:
 * cross-entropy, or for sigmoids the sum of the labels' binary cross-entropies. Losses are summed over the batch, so
 * that no image's gradient depends on the others. Inputs: `images`, and `labels` int32 `[N]`, or float32 `[N, L]` for
 * sigmoids.
 */
export function traceInputGradient(model: AttackedModel, shape: BatchSize): TracedGraph {
  return trace((graph) => {
    const images = imageInput(graph, model.inChannels, shape);
    const answers = answersOf(graph, images, model);
    const labels = labelInput(graph, shape.batchSize, model, model.likelihood);
    const loss = sum(lossPerImage(answers.logits, labels, model.likelihood));
    const [gradient] = gradientsOf(loss, [images]);
    return { ...answers, gradient };
  });
}

function answersOf(
  graph: Graph,
  images: Value,
  { logits: trace, likelihood }: AttackedModel,
): Record<'logits' | 'probs', Value> {
  const logits = trace(new ModelScope(graph, 'inference'), images);
  return { logits, probs: probabilities(logits, likelihood) };
}
